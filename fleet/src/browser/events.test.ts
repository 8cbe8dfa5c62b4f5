import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import type { EnrolledHost } from '../enrolled-host.ts'
import { fleetkey } from '../fleetkey.ts'
import { pushKey } from '../push-key.ts'
import { plainEnvironment } from '../run-program.ts'
import { generateKey, sshArguments, writeKnownHosts, type KeyPair } from '../ssh.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from '../test-fleet.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { makeAccount, signedIn } from './signed-in.ts'

// The overview, SSH sessions and the event history, as what happens on a real host shows there by itself.

const PATIENCE_MS = 30_000
const READS_AND_PUSHES_NOT = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: ['fleetkey:WatchFleet', 'fleetkey:SearchEvents'],
    Resource: '*',
  },
}

describe(
  'what happened, in the console',
  { skip: whyNoHosts() ?? whyNoBrowser() ?? false, timeout: 240_000 },
  () => {
    let fleet: TestFleet
    let web: EnrolledHost
    let key: KeyPair
    let knownHostsFile: string
    let browser: Browser
    let person: Person
    let page: Page
    const clients: ChildProcess[] = []

    before(async () => {
      fleet = await openTestFleet({ hosts: { web: { Env: 'prod' } } })
      browser = await openBrowser(fleet.network)
      web = hostOf(fleet, 'web')
      key = await generateKey(fleet.dir, 'ed25519')
      knownHostsFile = await writeKnownHosts(join(fleet.dir, 'known_hosts'), [web.host])
      person = await signedIn(browser, fleet.plane, await makeAccount(fleet.plane, 'ann'))
      page = person.page
      page.setDefaultTimeout(PATIENCE_MS)
      // A dialog of the system's would be asked for, where there is nobody.
      await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'))
    })
    after(async () => {
      for (const client of clients) client.kill('SIGKILL')
      await browser?.close()
      await fleet?.close()
    })

    /** Once more where another test's network that comes up meanwhile has the browser drop what it loads. */
    const go = async (path: string) => {
      const url = `${fleet.plane.url}${path}`
      await page.goto(url).catch(() => page.goto(url))
    }
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    /** A grid where its cells can be gone through by keyboard. */
    const tableOn = (on: Page, name: string) =>
      on.getByRole('grid', { name, exact: true }).or(on.getByRole('table', { name, exact: true }))
    const table = (name: string) => tableOn(page, name)
    const rowsOf = (name: string, text: string | RegExp) =>
      table(name).getByRole('row').filter({ hasText: text })
    const isClean = async () => assert.deepEqual(await accessibilityFindings(page), [])
    const cli = async (argv: readonly string[], wanted = 0) => {
      const { code, stderr } = await fleetkey(argv, { env: fleet.plane.root })
      assert.equal(code, wanted, `fleetkey ${argv.join(' ')}\n${stderr}`)
    }

    /** Somebody at a shell of the host. */
    async function logIn(): Promise<{ readonly ended: Promise<unknown> }> {
      await pushKey(fleet.plane, web, 'ec2-user', key)
      const argv = sshArguments(web.host, {
        user: 'ec2-user',
        identityFile: key.identityFile,
        knownHostsFile,
        command: 'cat',
      })
      const client = spawn('ssh', argv, { env: plainEnvironment, stdio: 'pipe' })
      clients.push(client)
      return { ended: once(client, 'close') }
    }

    it('shows the fleet at a glance, and what happens by itself', async () => {
      await page.getByText('Live', { exact: true }).first().waitFor()
      await page.getByText('1 connected', { exact: true }).waitFor()
      // To an account that the host does not have.
      await cli(
        [
          'send-key',
          web.instanceId,
          '--os-user',
          'nobody-there',
          '--public-key',
          `${key.identityFile}.pub`,
        ],
        64,
      )
      await rowsOf('Newest refusals', 'SendSSHPublicKey').first().waitFor()
      await page.getByText('Causes of refusals').first().waitFor()
      await web.stopAgent()
      await page.getByText('1 agent lost', { exact: true }).waitFor()
      await rowsOf('Hosts that need attention', 'Its agent is not connected').waitFor()
      await web.startAgent()
      await page.getByText('1 connected', { exact: true }).waitFor()
      await page.getByRole('radio', { name: 'Table' }).or(button('Table')).first().click()
      await rowsOf('Hosts by group', 'default').waitFor()
      await isClean()
    })

    it('shows who is logged in as they come, by which push, and ends a session', async () => {
      await go('/sessions')
      await page.getByText('Live', { exact: true }).waitFor()
      await page.getByText('Nobody is logged in').waitFor()
      const { ended } = await logIn()
      const row = rowsOf('SSH sessions', 'ec2-user')
      await row.getByText('Active').waitFor()
      const link = row.getByRole('link', { name: /^Session of root/ })
      const address = (await link.getAttribute('href')) ?? ''
      await link.click()
      const details = page.getByRole('dialog', { name: /^SSH session on/ })
      await details.getByRole('link', { name: 'The story of its grant' }).click()
      for (const step of ['The key was pushed', 'The key is on the host', 'Logged in'])
        await page.getByRole('list', { name: 'Story' }).getByText(step).waitFor()
      await isClean()
      await page.goBack()
      await details.getByRole('button', { name: 'End session' }).click()
      const confirmation = page.getByRole('dialog', { name: 'End this session?' })
      await confirmation.getByRole('button', { name: 'End session' }).click()
      await ended
      await confirmation
        .getByRole('list', { name: 'Sessions' })
        .getByText(/ended|closed/i)
        .waitFor()
      // The button that was pressed is gone; the focus is still in the dialog.
      await confirmation.locator(':focus').waitFor()
      await confirmation.getByRole('button', { name: 'Close', exact: true }).last().click()
      await page.getByText('Nobody is logged in').waitFor()
      await go('/sessions?state=ended')
      await rowsOf('SSH sessions', 'Ended here').waitFor()
      const box = page.getByRole('combobox', { name: 'Find sessions' })
      const find = async (text: string) => {
        await box.fill(text)
        await page.keyboard.press('Enter')
      }
      await find('User name = nobody-there')
      await page.getByText('No session fits').waitFor()
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await find('User name = root')
      await rowsOf('SSH sessions', 'Ended here').waitFor()
      await isClean()
      // A link that was sent while it was open; also where the list is of others.
      await go(address)
      await details.getByText('Ended here').waitFor()
    })

    it('finds events by what stands in its address, and tells the story of one beside the list', async () => {
      let saidNone = 0
      await page.route(`${fleet.plane.url}/`, async (route) => {
        saidNone += await page.getByText('No events').count()
        await route.continue()
      })
      await go(`/events?event-name=SendSSHPublicKey&instance=${web.instanceId}&range=1h`)
      await rowsOf('Events', 'SendSSHPublicKey').first().waitFor()
      await page.unroute(`${fleet.plane.url}/`)
      assert.equal(saidNone, 0, 'that there is none is told before it is known')
      assert.equal(await rowsOf('Events', 'SessionStarted').count(), 0)
      await go('/events?event-name=SessionEnded')
      await table('Events').getByRole('radio').first().click()
      const panel = page.getByRole('region', { name: 'Event SessionEnded' })
      await panel.getByText('The session ended').waitFor()
      await page.waitForURL(/[?&]event=/)
      await isClean()
      // Whoever came by key is where they were.
      await panel.getByRole('button', { name: 'Close the event' }).press('Enter')
      await panel.waitFor({ state: 'detached' })
      const radio = table('Events').getByRole('radio').first()
      await radio.and(page.locator(':focus')).waitFor()
      await radio.click()
      await panel.getByRole('link', { name: 'All records of this request' }).click()
      await page.waitForURL(/request-id=/)
      for (const name of ['SendSSHPublicKey', 'SessionStarted', 'SessionEnded'])
        await rowsOf('Events', name).first().waitFor()
    })

    it('shows new events as they come, those that are looked for, and none of its own', async () => {
      await go('/events?event-name=CreateGroup')
      await page.getByText('No events').waitFor()
      await page.getByText('Live tail').click()
      await page.getByText('Live', { exact: true }).waitFor()
      await cli(['iam', 'users', 'create', 'somebody'])
      await cli(['iam', 'groups', 'create', 'writers'])
      await rowsOf('Events', 'CreateGroup').waitFor()
      assert.equal(await rowsOf('Events', 'CreateUser').count(), 0)
      await go('/events?reads=yes')
      await page.getByText('Live tail').click()
      await page.getByText('Live', { exact: true }).waitFor()
      await cli(['iam', 'groups', 'create', 'readers'])
      await rowsOf('Events', 'CreateGroup').nth(1).waitFor()
      // Told of itself it would go on for ever: each of its reads would be an event that it reads.
      const watches = rowsOf('Events', 'WatchFleet')
      const before = await watches.count()
      await cli(['iam', 'groups', 'create', 'others'])
      await rowsOf('Events', 'CreateGroup').nth(2).waitFor()
      assert.equal(await watches.count(), before)
    })

    it('tells nothing more to who may not read it any more, and says so', async () => {
      const account = await makeAccount(fleet.plane, 'bob', READS_AND_PUSHES_NOT)
      const bob = await signedIn(browser, fleet.plane, account, { path: '/events' })
      bob.page.setDefaultTimeout(PATIENCE_MS)
      await bob.page.getByText('Live tail').click()
      await bob.page.getByText('Live', { exact: true }).waitFor()
      await cli(['iam', 'users', 'delete-policy', 'bob', 'main'])
      await bob.page.getByText('Not live', { exact: true }).waitFor()
      await cli(['iam', 'groups', 'create', 'secret'])
      // She is told of it; he would have been in the same moment.
      await rowsOf('Events', 'CreateGroup').nth(3).waitFor()
      const seen = tableOn(bob.page, 'Events')
      assert.equal(await seen.getByText('CreateGroup').count(), 3)
      await bob.context.close()
    })

    it('downloads what the filter finds, for a spreadsheet and whole', async () => {
      await go('/events?event-name=CreateGroup')
      await rowsOf('Events', 'CreateGroup').first().waitFor()
      await button('Download events').click()
      const dialog = page.getByRole('dialog', { name: 'Download events' })
      const download = async (format: string) => {
        await dialog.getByText(format, { exact: true }).click()
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          dialog.getByRole('button', { name: 'Download', exact: true }).click(),
        ])
        return (await readFile(await file.path(), 'utf8')).trimEnd().split(/\r?\n/)
      }
      const csv = await download('CSV')
      assert.match(csv[0] ?? '', /"Event time","Event name","User name"/)
      assert.equal(csv.length, 5)
      await dialog.getByText('4 events', { exact: false }).waitFor()
      await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
      await button('Download events').click()
      const lines = await download('JSON lines')
      const names = lines.map(
        (line) => (JSON.parse(line) as { record: { eventName: string } }).record.eventName,
      )
      assert.deepEqual(new Set(names), new Set(['CreateGroup']))
      assert.equal(names.length, 4)
    })

    it('leads from a fleet that has become empty to its first instance, without a fault on any page', async () => {
      await go('/')
      await page.getByText('1 connected', { exact: true }).waitFor()
      await cli(['instances', 'forget', web.instanceId, '--yes'])
      await page.getByText('Add your first instance').waitFor()
      await isClean()
      await page.getByRole('link', { name: 'Add an instance' }).click()
      await page.waitForURL(/\/instances\/add$/)
      assert.deepEqual(person.problems, [])
    })
  },
)
