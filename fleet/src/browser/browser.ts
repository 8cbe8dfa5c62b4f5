import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import type { HostNetwork } from '../host-network.ts'
import { until } from '../until.ts'

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium'

/** What it does besides showing pages, each of it a connection to somewhere: none of that is wanted. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--disable-features=OptimizationHints,MediaRouter,Translate',
  // There is no GPU: pages would draw with a slow imitation of one.
  '--disable-3d-apis',
]

/** Tests beside this one make networks and take them down: the browser then drops what it is loading, and pages ask again. */
const IS_OURS = /net::ERR_NETWORK_CHANGED/

/** What a test skips for, loudly; undefined when there is a browser. */
export function whyNoBrowser(): string | undefined {
  try {
    accessSync(CHROMIUM, constants.X_OK)
    return undefined
  } catch {
    return `${CHROMIUM} (package chromium)`
  }
}

/** A person's browser: cookies of its own, and what went wrong on its pages. */
export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  /** Uncaught errors, errors on the console and refusals of the content security policy, of all its pages so far. */
  readonly problems: string[]
}

export interface PersonOptions {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'light' | 'dark'
  /** Of another device: default is this browser's own. */
  readonly userAgent?: string
  /** Default is a mouse. */
  readonly hasTouch?: boolean
}

/** Chromium, real and without a window. */
export interface Browser {
  /** Somebody who has never been here. The console's certificate is taken as it is: its CA is private. */
  person(options?: PersonOptions): Promise<Person>
  close(): Promise<void>
}

/**
 * @param network of the test's fleet: the browser is then on a machine of its own there. On this one it would drop whatever it loads each time
 *   that another test makes a network (ERR_NETWORK_CHANGED).
 */
export async function openBrowser(network?: HostNetwork): Promise<Browser> {
  // Its own: as root it has no home in tests.
  const home = await mkdtemp(join(tmpdir(), 'fleetkey-browser-'))
  const browser = await chromium.launch({
    executablePath: network === undefined ? CHROMIUM : await onDesk(network, home),
    args: ARGUMENTS,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
  })
  return {
    async person(options = {}) {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        viewport: { width: 1280, height: 800 },
        // Nothing of a test waits for a movement to end.
        reducedMotion: 'reduce',
        ...options,
      })
      const problems: string[] = []
      context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`))
      context.on('console', (message) => {
        if (message.type() === 'error' && !IS_OURS.test(message.text()))
          problems.push(message.text())
      })
      return { context, page: await context.newPage(), problems }
    },
    async close() {
      await browser.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A page in Chromium as its owner may have set it: it keeps no cookies, and scripts have no storage. */
export async function openForgetfulBrowser(): Promise<{
  readonly page: Page
  close(): Promise<void>
}> {
  const home = await mkdtemp(join(tmpdir(), 'fleetkey-browser-'))
  await mkdir(join(home, 'Default'))
  // Chromium's content settings: 2 is "block".
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } }
  await writeFile(join(home, 'Default', 'Preferences'), JSON.stringify(preferences))
  const context = await chromium.launchPersistentContext(home, {
    executablePath: CHROMIUM,
    args: ARGUMENTS,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
  })
  return {
    page: await context.newPage(),
    async close() {
      await context.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A program that is Chromium in the network namespace of a host. */
async function onDesk(network: HostNetwork, dir: string): Promise<string> {
  const desk = await network.startHost({ name: 'desk', users: [] })
  // An address that is still being looked at whether another has it (RFC 4862 §5.4) changes once more when nobody has.
  await until('its addresses are its own', async () => {
    const { stdout } = await desk.exec(['ip', '-6', 'address', 'show', 'tentative'])
    return stdout === ''
  })
  const program = join(dir, 'chromium')
  const command = `exec nsenter --net=/proc/${desk.pid}/ns/net ${CHROMIUM} "$@"`
  await writeFile(program, `#!/bin/sh\n${command}\n`, { mode: 0o700 })
  return program
}
