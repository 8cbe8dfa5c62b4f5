import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { startControlPlane, type ControlPlane } from '../control-plane.ts'
import { spawnAgentOn } from '../enrolled-host.ts'
import { CHECKOUT, CHECKOUT_IN_HOST, FLEETKEY_IN_HOST } from '../fleetkey.ts'
import type { Host } from '../host.ts'
import { openHostNetwork, type HostNetwork } from '../host-network.ts'
import { whyNoHosts } from '../test-fleet.ts'
import { until } from '../until.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'

// From a server that was never started before to the playback of a shell, as somebody does it who has a browser and a host.

const missing = whyNoHosts() ?? whyNoBrowser()
const PATIENCE_MS = 30_000
const PASSWORD = 'correct horse battery'

describe('the whole story', { skip: missing ?? false, timeout: 240_000 }, () => {
  let dir: string
  let network: HostNetwork
  let plane: ControlPlane
  let host: Host
  let agent: ChildProcess | undefined
  let browser: Browser
  let person: Person
  let page: Page

  before(async () => {
    // Not below /tmp: hosts have their own there.
    dir = await mkdtemp('/var/tmp/fleetkey-test-')
    network = await openHostNetwork({ stateDir: join(dir, 'hosts') })
    plane = await startControlPlane({ dir: join(dir, 'server'), address: network.address4 })
    const mounts = [{ from: CHECKOUT, to: CHECKOUT_IN_HOST }]
    host = await network.startHost({ name: 'web-1', users: ['deploy'], mounts })
    browser = await openBrowser(network)
    person = await browser.person()
    page = person.page
    page.setDefaultTimeout(PATIENCE_MS)
  })
  after(async () => {
    agent?.kill('SIGKILL')
    await browser?.close()
    await plane?.stop()
    await network?.close()
    if (dir !== undefined) await rm(dir, { recursive: true, force: true })
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const rows = () => page.locator('.xterm-rows').first()
  const shows = (text: string | RegExp) => rows().filter({ hasText: text }).waitFor()

  it('begins with a link that the server prints: it makes the administrator', async () => {
    await until('the link is printed', () => /\/set-up#\S+/.test(plane.log()), PATIENCE_MS)
    const [link = ''] = /https:\S+\/set-up#\S+/.exec(plane.log()) ?? []
    await page.goto(link)
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByLabel('Retype password').fill(PASSWORD)
    await button('Create administrator').click()
    await button('Skip, and add the first instance').click()
    await page.waitForURL('**/instances/add')
  })

  it('adds a host by a command that is pasted there, and offers to connect', async () => {
    await page.getByLabel('Name', { exact: true }).fill('web-1')
    await button('Make the command').click()
    await page.getByRole('tab', { name: 'As root' }).click()
    const command = await page.getByText('fkjoin_').filter({ visible: true }).innerText()
    const path = `PATH=${CHECKOUT_IN_HOST}/cli/bin:$PATH; export PATH\n`
    const joined = await host.exec(['sh', '-c', `${path}${command}`], { timeoutMs: PATIENCE_MS })
    assert.equal(joined.code, 0, joined.stderr)
    // What its service manager does elsewhere.
    const installed = await host.exec([FLEETKEY_IN_HOST, 'agent', 'install'])
    assert.equal(installed.code, 0, installed.stderr)
    agent = spawnAgentOn(host)
    await page.getByText(/^web-1 \(i-[0-9a-f]{17}\) is there$/).waitFor()
    await page.getByRole('link', { name: 'Connect', exact: true }).or(button('Connect')).click()
  })

  it('connects as a user that the host has, and runs what fills the screen', async () => {
    await page.getByText('You may log in as deploy').waitFor()
    assert.deepEqual(await accessibilityFindings(page), [])
    await page.getByRole('link', { name: 'Connect', exact: true }).click()
    await shows(/\$\s*$/)
    await page.keyboard.type('seq 1 300 >numbers; less numbers\n')
    await shows(/^\s*1\s*2\s*3\s*4/)
    await page.keyboard.type('G')
    await shows('300')
    await page.keyboard.type('q')
    await page.keyboard.type('echo "I am $USER, before"\n')
    await shows('I am deploy, before')
  })

  it('goes on where it was when the page is loaded again', async () => {
    await page.keyboard.type('mark=kept\n')
    await page.reload()
    await shows('I am deploy, before')
    await page.keyboard.type('echo "after: $mark"\n')
    await shows('after: kept')
  })

  it('says why it ended', async () => {
    await page.keyboard.type('exit 3\n')
    await page.getByText('The shell ended with exit code 3').waitFor()
  })

  it('is played from its recording', async () => {
    await page.goto(`${plane.url}/recordings`)
    await page.locator('a[href^="/recordings/"]').first().click()
    await button('Play').click()
    await shows('I am deploy, before')
    assert.deepEqual(await accessibilityFindings(page), [])
  })

  it('is told from push to end in the event history', async () => {
    await page.goto(`${plane.url}/events`)
    await page.getByRole('link', { name: 'SendSSHPublicKey' }).first().click()
    await page.getByText('SessionEnded').or(page.getByText('Session ended')).first().waitFor()
    assert.deepEqual(person.problems, [])
  })
})
