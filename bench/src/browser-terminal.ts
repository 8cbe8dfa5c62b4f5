import { openBrowser, type Browser } from '@fleetkey/fleet/browser/browser'
import { makeAccount, signedIn } from '@fleetkey/fleet/browser/signed-in'
import { writeKnownHosts } from '@fleetkey/fleet/ssh'
import type { Page } from 'playwright-core'
import type { KeyTimes } from './browser-terminal/in-page.ts'
import { interrupt, keystrokes, secondsOf, untilPrompt } from './browser-terminal/terminal-page.ts'
import { startWetty } from './browser-terminal/wetty.ts'
import { atMost, spreadOf, type Figure, type Spread } from './figure.ts'
import { OS_USER, startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import type { Question, Run } from './question.ts'
import { allowStaticLogin } from './static-login.ts'

/** In the host: 50 MB of lines, and far more than anybody waits for. */
const BIG = '/var/tmp/big'
const BIG_BYTES = 50 * 1024 * 1024
const ENDLESS = `cat ${Array.from({ length: 10 }, () => BIG).join(' ')}`

/**
 * The terminal in a real browser against wetty, in turns, on one host: how long a key takes to be seen, a file of 50 MB to run by, Ctrl-C to
 * end one; and how long it is from the page to the prompt.
 */
export const browserTerminal: Question = {
  name: 'browser-terminal',
  async ask(run) {
    const under = await startHostUnderTest(run)
    const browser = await openBrowser()
    try {
      await writeBigFile(under)
      const { key } = await allowStaticLogin(under, run.dir)
      const wetty = await startWetty({
        address: under.host.address4,
        user: OS_USER,
        identityFile: key.identityFile,
        knownHostsFile: await writeKnownHosts(`${run.dir}/known_hosts`, [under.host]),
      })
      try {
        const ours = await openOurs(browser, under)
        const theirs = await openTheirs(browser, wetty.url)
        return await figures({ ours, theirs }, run)
      } finally {
        await wetty.stop()
      }
    } finally {
      await browser.close()
      await under.stop()
    }
  },
}

interface Terminal {
  readonly page: Page
  /** From the click that asks for it, or the load of the page. */
  readonly promptMs: number
}

async function openOurs(browser: Browser, { plane, instanceId }: HostUnderTest): Promise<Terminal> {
  const account = await makeAccount(plane, 'admin')
  const { page } = await signedIn(browser, plane, account, {
    path: `/instances/${instanceId}/connect`,
  })
  await page.getByLabel('User name').fill(OS_USER)
  await page.getByText(`You may log in as ${OS_USER}`).waitFor()
  const connect = page.getByRole('link', { name: 'Connect', exact: true })
  const start = performance.now()
  await connect.click()
  await untilPrompt(page)
  return { page, promptMs: performance.now() - start }
}

async function openTheirs(browser: Browser, url: string): Promise<Terminal> {
  const { page } = await browser.person()
  const start = performance.now()
  await page.goto(url)
  await untilPrompt(page)
  return { page, promptMs: performance.now() - start }
}

async function figures(
  { ours, theirs }: { readonly ours: Terminal; readonly theirs: Terminal },
  run: Run,
): Promise<readonly Figure[]> {
  const turns = run.quick ? 1 : 3
  // A turn each: what the machine does beside it falls on both.
  const keys = run.quick ? 40 : 100
  run.say('typing')
  const typed = await inTurns(ours, theirs, {
    turns: run.quick ? 1 : 6,
    measure: (page) => keystrokes(page, keys),
  })
  const until = (what: keyof KeyTimes) => ({
    ours: spreadOf(typed.ours.map((times) => times[what])),
    theirs: spreadOf(typed.theirs.map((times) => times[what])),
  })
  run.say('cat of 50 MB')
  const cat = async (page: Page) => [await secondsOf(page, `cat ${BIG}`)]
  const ran = spreads(await inTurns(ours, theirs, { turns, measure: cat }))
  run.say('Ctrl-C')
  const cut = async (page: Page) => [await interrupt(page, ENDLESS)]
  const ended = spreads(await inTurns(ours, theirs, { turns: run.quick ? 1 : 15, measure: cut }))
  return [
    ...against('a key until its character is shown, p99', 'ms', {
      of: until('shown'),
      most: 1,
      take: 'p99',
    }),
    ...against('a key until the frame with it is made, p99', 'ms', {
      of: until('drawn'),
      take: 'p99',
    }),
    ...against('`cat` of 50 MB', 's', { of: ran, most: 0.7, take: 'median' }),
    ...against('Ctrl-C during it until it is seen to end', 'ms', {
      of: ended,
      most: 0.3,
      take: 'median',
    }),
    { what: 'from Connect to the prompt', unit: 'ms', value: ours.promptMs },
    { what: 'wetty: from the page to the prompt', unit: 'ms', value: theirs.promptMs },
  ]
}

interface Both {
  readonly ours: Spread
  readonly theirs: Spread
}

/** The one that is not measured is shown to nobody meanwhile, as a tab in the background. */
async function inTurns<Measured>(
  ours: Terminal,
  theirs: Terminal,
  {
    turns,
    measure,
  }: { readonly turns: number; readonly measure: (page: Page) => Promise<readonly Measured[]> },
): Promise<{ readonly ours: readonly Measured[]; readonly theirs: readonly Measured[] }> {
  const [mine, others]: [Measured[], Measured[]] = [[], []]
  /* oxlint-disable no-await-in-loop -- in turns */
  for (let turn = 0; turn < turns; turn++) {
    await ours.page.bringToFront()
    mine.push(...(await measure(ours.page)))
    await theirs.page.bringToFront()
    others.push(...(await measure(theirs.page)))
  }
  /* oxlint-enable no-await-in-loop */
  return { ours: mine, theirs: others }
}

const spreads = (of: {
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}): Both => ({
  ours: spreadOf(of.ours),
  theirs: spreadOf(of.theirs),
})

function against(
  what: string,
  unit: string,
  {
    of,
    most,
    take,
  }: { readonly of: Both; readonly most?: number; readonly take: 'p99' | 'median' },
): readonly Figure[] {
  return [
    {
      what: `${what} ÷ wetty`,
      unit: '',
      value: of.ours[take] / of.theirs[take],
      ...(most !== undefined && { target: atMost(most) }),
    },
    { what, unit, value: of.ours[take], spread: of.ours },
    { what: `wetty: ${what}`, unit, value: of.theirs[take], spread: of.theirs },
  ]
}

async function writeBigFile({ host }: HostUnderTest): Promise<void> {
  const line = 'the quick brown fox jumps over the lazy dog, and does so again and again'
  const { code, stderr } = await host.exec([
    '/bin/sh',
    '-c',
    `yes '${line}' | head -c ${BIG_BYTES} >${BIG} && echo >>${BIG} && chmod 644 ${BIG}`,
  ])
  if (code !== 0) throw new Error(`no big file: ${stderr}`)
}
