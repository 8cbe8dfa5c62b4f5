import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { spawnAgentOn } from '../enrolled-host.ts'
import { CHECKOUT, CHECKOUT_IN_HOST, fleetkey, fleetkeyJson } from '../fleetkey.ts'
import { plainEnvironment } from '../run-program.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from '../test-fleet.ts'
import { until } from '../until.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { makeAccount, signedIn } from './signed-in.ts'
import { tabTo } from './tab-to.ts'

// The pages of instances, security groups and endpoints, by one person in one browser, on real hosts.

/** Launched, and no host joins as them: enough that a page could not show them all. */
const WAITING = 300
const PATIENCE_MS = 30_000

describe(
  'instances in the console',
  { skip: whyNoHosts() ?? whyNoBrowser() ?? false, timeout: 400_000 },
  () => {
    let fleet: TestFleet
    let browser: Browser
    let person: Person
    let page: Page
    before(async () => {
      const hosts = {
        'web-1': { Env: 'prod', Team: 'web' },
        'db-1': { Env: 'prod', Site: 'berlin' },
      }
      fleet = await openTestFleet({ hosts })
      browser = await openBrowser(fleet.network)
      const launch = (...argv: string[]) => cli('instances', 'launch', ...argv)
      await Promise.all([
        ...[100, 100, WAITING - 201].map((count) =>
          launch('--name', 'waiting', '--count', String(count)),
        ),
        launch('--name', '=1+1'),
      ])
      person = await signedIn(browser, fleet.plane, await makeAccount(fleet.plane, 'ann'), {
        path: '/instances',
      })
      page = person.page
      page.setDefaultTimeout(PATIENCE_MS)
    })
    after(async () => {
      await browser?.close()
      await fleet?.close()
    })

    async function cli(...argv: string[]): Promise<string> {
      const { code, stdout, stderr } = await fleetkey(argv, { env: fleet.plane.root })
      assert.equal(code, 0, `fleetkey ${argv.join(' ')}\n${stderr}`)
      return stdout
    }
    const go = (path: string) => page.goto(`${fleet.plane.url}${path}`)
    const rowOf = (text: string) => page.getByRole('row').filter({ hasText: text })
    const button = (name: string | RegExp) =>
      page.getByRole('button', { name, exact: typeof name === 'string' })
    const inDialog = (name: string) =>
      page.getByRole('dialog').getByRole('button', { name, exact: true })
    const heading = (name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor()

    async function isClean(): Promise<void> {
      assert.deepEqual(await accessibilityFindings(page), [])
    }

    it('lists a fleet of which a page shows a part, and says what changes by itself', async () => {
      await heading(`Instances (${WAITING + 2})`)
      assert.ok((await page.getByRole('row').count()) <= 52)
      await page.getByText('Live', { exact: true }).waitFor()
      await go('/instances?filter=site=berlin')
      await rowOf('db-1').getByText('Running').waitFor()
      assert.equal(await page.getByText('1 match', { exact: true }).first().isVisible(), true)
      await page.getByText('Live', { exact: true }).waitFor()
      const connect = await person.context.newPage()
      connect.setDefaultTimeout(PATIENCE_MS)
      await connect.goto(`${fleet.plane.url}/instances/${hostOf(fleet, 'db-1').instanceId}/connect`)
      await connect.getByRole('tab', { name: 'SSH client' }).waitFor()
      const isAway = connect.getByText('The agent of this host is not connected')
      await hostOf(fleet, 'db-1').stopAgent()
      await rowOf('db-1').getByText('Stopped').waitFor()
      await isAway.waitFor()
      await hostOf(fleet, 'db-1').startAgent()
      await rowOf('db-1').getByText('Running').waitFor()
      await isAway.waitFor({ state: 'detached' })
      await connect.close()
      await page.getByRole('checkbox', { name: /^Choose db-1/ }).click()
      await page
        .getByRole('region', { name: /^Instance db-1/ })
        .getByText('berlin')
        .waitFor()
      await isClean()
    })

    it('has the filter in its address, and keeps it under a name', async () => {
      await go('/instances')
      // Which tags there are is known once the list is shown.
      await rowOf('db-1').waitFor()
      const box = page.getByRole('combobox', { name: 'Find instances' })
      await box.fill('Tag Env = prod')
      await page.keyboard.press('Enter')
      await page.waitForURL(/filter=/)
      await rowOf('web-1').waitFor()
      await page.getByText('2 matches').first().waitFor()
      await button('Saved filters').click()
      await page.getByRole('menuitem', { name: 'Save this filter' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('production')
      await inDialog('Save').click()
      const shared = page.url()
      await go('/instances')
      await heading(`Instances (${WAITING + 2})`)
      await page
        .getByRole('button', { name: /^Saved filters/ })
        .first()
        .click()
      await page.getByRole('option', { name: 'production' }).click()
      await page.getByText('2 matches').first().waitFor()
      assert.equal(page.url(), shared)
    })

    it('gives a spreadsheet text and no formula', async () => {
      await go('/instances?filter=state=pending&sort=name')
      await page.getByText(`${WAITING} matches`).first().waitFor()
      const download = page.waitForEvent('download')
      await button('Download as CSV').click()
      const csv = await readFile(await (await download).path(), 'utf8')
      const lines = csv.trim().split('\r\n')
      assert.equal(lines.length, WAITING + 1)
      assert.match(lines[0] ?? '', /"Name","Instance ID"/)
      assert.equal(lines.filter((line) => line.startsWith(`"'=1+1","i-`)).length, 1)
    })

    it('makes the user data of one that no host has joined as', async () => {
      await go('/instances?filter=name=%3D1%2B1')
      await page.getByRole('link', { name: '=1+1' }).click()
      await button('Make user data').click()
      await page.getByText('fkjoin_').waitFor()
      await isClean()
    })

    it('shows one with the fingerprints that a client sees', async () => {
      const { host, instanceId } = hostOf(fleet, 'web-1')
      await go(`/instances/${instanceId}`)
      await heading('web-1')
      const { stdout } = await host.exec(['ssh-keygen', '-lf', '/etc/ssh/ssh_host_ed25519_key.pub'])
      const fingerprint = /SHA256:\S+/.exec(stdout)?.[0] ?? 'none'
      await page.getByText(fingerprint).waitFor()
      await page.getByText('There are other ways in beside pushed keys').waitFor()
      await isClean()
      await page.getByRole('tab', { name: 'Events' }).click()
      await rowOf('EnrolInstance')
        .getByText(/^(Done|Reported)$/)
        .waitFor()
      await page.getByRole('tab', { name: 'Tags' }).click()
      await button('Manage tags').click()
      await button('Add new tag').click()
      await page.getByRole('textbox', { name: 'Key' }).last().fill('Colour')
      await page.getByRole('textbox', { name: 'Value' }).last().fill('blue')
      await inDialog('Save').click()
      await rowOf('Colour').getByText('blue').waitFor()
      await isClean()
    })

    it('finds what stops a login, has it mended, and looks again', async () => {
      const { host, instanceId } = hostOf(fleet, 'web-1')
      await host.exec(['rm', '/usr/lib/fleetkey/authorized-keys'])
      await go(`/instances/${instanceId}?tab=doctor&user=deploy`)
      await button('Examine').click()
      await page.getByText('This is why').waitFor()
      await isClean()
      await button('Fix').click()
      await page.getByText('The agent of the host would do this').waitFor()
      await inDialog('Have it done').click()
      await inDialog('Examine again').click()
      await page.getByText('Nothing stops this login').waitFor()
    })

    it('adds an instance with one pasted command, and gives it its group', async () => {
      await cli('security-groups', 'create', 'desk')
      await cli('security-groups', 'allow', 'desk', '--from', '192.0.2.0/24')
      const host = await fleet.network.startHost({
        name: 'new-1',
        users: ['deploy'],
        mounts: [{ from: CHECKOUT, to: CHECKOUT_IN_HOST }],
      })
      await go('/instances/add')
      await page.getByLabel('Name', { exact: true }).fill('new-1')
      await page.getByRole('radio', { name: /Select existing ones/ }).check()
      await page.getByRole('button', { name: /Existing security groups/ }).click()
      await page.getByRole('option', { name: /desk/ }).click()
      await page.keyboard.press('Escape')
      await isClean()
      await page.getByRole('radio', { name: /Create one that allows SSH/ }).check()
      await page.getByRole('button', { name: /Source/ }).click()
      await page.getByRole('option', { name: 'My IP' }).click()
      // The browser is on a machine of its own in this network: that is where it is seen.
      await page.getByText('As the control plane sees you now.').waitFor()
      const own = await page.getByLabel('Source range').inputValue()
      assert.match(own, /^[0-9a-f.:]+\/(32|128)$/)
      await isClean()
      await button('Make the command').click()
      const told = page.locator('[aria-live]').getByText('The command to run on the host is there.')
      await told.first().waitFor({ state: 'attached' })
      await page.getByRole('tab', { name: 'As root' }).click()
      const command = await page.getByText('fkjoin_').filter({ visible: true }).innerText()
      assert.ok(!page.url().includes('fkjoin_'))
      const path = `PATH=${CHECKOUT_IN_HOST}/cli/bin:$PATH; export PATH\n`
      const joined = await host.exec(['sh', '-c', `${path}${command}`], { timeoutMs: PATIENCE_MS })
      assert.equal(joined.code, 0, joined.stderr)
      await page.getByText('Waiting for its agent to connect').first().waitFor()
      const agent = spawnAgentOn(host)
      await page.getByText(/^new-1 \(i-[0-9a-f]{17}\) is there$/).waitFor()
      await page.getByText('It has its security groups.').waitFor()
      await isClean()
      await button('View details').click()
      await page.getByRole('tab', { name: 'Security groups' }).click()
      await rowOf(own).waitFor()
      await rowOf('terminals of the console').waitFor()
      agent.kill('SIGKILL')
    })

    it('shows whom a group would cut before it is enforced', async () => {
      const { host, instanceId } = hostOf(fleet, 'web-1')
      await go('/security-groups')
      await button('Create security group').click()
      await page.getByLabel('Name', { exact: true }).fill('office')
      await inDialog('Create security group').click()
      await button('Edit inbound rules').press('Enter')
      // The button has given way to the rules.
      await page.getByRole('tabpanel').and(page.locator(':focus')).waitFor()
      await button('Add rule').click()
      await page.getByRole('textbox', { name: 'Source range' }).fill('198.51.100.0/24')
      await isClean()
      await button('Save rules').click()
      await rowOf('198.51.100.0/24').waitFor()
      await page.getByRole('tab', { name: 'Instances' }).click()
      await button('Attach to instances').click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Instances/ })
        .click()
      await page.getByRole('option', { name: /web-1/ }).click()
      await page.keyboard.press('Escape')
      await inDialog('Attach').click()
      await page.getByText(`web-1 (${instanceId}) has office.`).waitFor()

      assert.equal(await comesIn(host.address4), true)
      const observed = async () => {
        const told = await fleetkeyJson(
          ['security-groups', 'mode', 'office', 'enforce', '--dry-run'],
          {
            env: fleet.plane.root,
          },
        )
        return (told as { observed: readonly unknown[] }).observed.length > 0
      }
      await until('the host has told who came', observed, PATIENCE_MS * 2)
      await button('Enforce').click()
      await page.getByRole('dialog').getByText('Would be cut').first().waitFor()
      await isClean()
      await inDialog('Enforce').click()
      await page.getByText('office is enforced.').waitFor()
      assert.equal(await comesIn(host.address4), false)
      await button('Only observe').click()
      await inDialog('Only observe').click()
      await page.getByText('office observes.').waitFor()
      assert.equal(await comesIn(host.address4), true)
    })

    it('makes a security group, gives it a rule and deletes it, by keyboard alone', async () => {
      const { keyboard } = page
      const focused = page.locator(':focus')
      await go('/security-groups')
      await rowOf('default').first().waitFor()
      await tabTo(page, button('Create security group'))
      await keyboard.press('Enter')
      await page.getByLabel('Name', { exact: true }).and(focused).waitFor()
      await keyboard.type('by-keys\n')
      await heading('by-keys')
      await tabTo(page, button('Edit inbound rules'))
      await keyboard.press('Enter')
      const add = button('Add rule')
      await tabTo(page, add)
      await keyboard.press('Enter')
      await tabTo(page, button(/^Delete the rule/), 'Shift+Tab')
      await keyboard.press('Enter')
      await add.and(focused).waitFor()
      await keyboard.press('Enter')
      await tabTo(page, page.getByRole('textbox', { name: 'Source range' }), 'Shift+Tab')
      await keyboard.type('198.51.100.7/32')
      await tabTo(page, button('Save rules'))
      await keyboard.press('Enter')
      await rowOf('198.51.100.7/32').waitFor()
      await page.getByRole('status').getByText('The inbound rules of by-keys are').waitFor()
      await page.getByRole('tabpanel').and(focused).waitFor()
      await tabTo(page, button('Actions'), 'Shift+Tab')
      await keyboard.press('Enter')
      await page.getByRole('menuitem', { name: 'Delete security group' }).and(focused).waitFor()
      await keyboard.press('Enter')
      await page.getByLabel('To confirm, type delete').and(focused).waitFor()
      await keyboard.type('delete\n')
      await heading(/^Security groups/)
      await rowOf('default').first().waitFor()
      assert.equal(await rowOf('by-keys').count(), 0)
      assert.equal(await focused.count(), 1)
    })

    it('makes, modifies and deletes the endpoint of a site', async () => {
      let give = () => {}
      const isOpen = new Promise<void>((resolve) => (give = resolve))
      await page.route('**/', async (route) => {
        const asks = route.request().headers()['x-amz-target'] ?? ''
        // Whoever is fast has the dialog open before its sites are known.
        if (asks.endsWith('DescribeVpcs')) await isOpen
        await route.continue()
      })
      await go('/endpoints')
      await button('Create endpoint').first().click()
      assert.equal(await inDialog('Create endpoint').isDisabled(), true)
      give()
      await inDialog('Create endpoint').click()
      await page.unroute('**/')
      await rowOf('berlin').waitFor()
      await rowOf('berlin').getByRole('radio').click()
      await button('Actions').click()
      await page.getByRole('menuitem', { name: 'Modify endpoint' }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /Leads to/ })
        .click()
      await page.getByRole('option', { name: 'IPv4 only' }).click()
      await inDialog('Save').click()
      await rowOf('berlin').getByText('IPv4 only').waitFor()
      await isClean()
      await button('Actions').click()
      await page.getByRole('menuitem', { name: 'Delete endpoint' }).click()
      assert.equal(await inDialog('Delete').isDisabled(), true)
      await page.getByLabel('To confirm, type delete').fill('delete')
      await inDialog('Delete').click()
      await rowOf('berlin').waitFor({ state: 'detached' })
    })

    it('asks once more for a page that did not come, and loads the new build once', async () => {
      const link = (name: string) => page.getByRole('link', { name, exact: true }).first().click()
      const failing = (part: RegExp) => page.route(part, (route) => route.abort())
      await go('/endpoints')
      await heading('Endpoints')
      let tries = 0
      await page.route(/\/assets\/sessions-[^/]+\.js/, (route) =>
        ++tries === 1 ? route.abort() : route.continue(),
      )
      await link('SSH sessions')
      await heading('SSH sessions')
      assert.equal(tries, 2)

      await failing(/\/assets\/recordings-/)
      await link('Recordings')
      await heading('This page could not be loaded')
      await page.getByText('The control plane answers, but not with this page').waitFor()
      await isClean()
      await page.unroute(/\/assets\/recordings-/)
      await button('Load it again').click()
      await heading('Recordings')

      // As after an upgrade: the part is no more, and documents begin with another script.
      let loads = 0
      page.on('request', (request) => {
        if (request.isNavigationRequest()) loads++
      })
      await failing(/\/assets\/security-groups-/)
      await page.route(`${fleet.plane.url}/`, async (route) => {
        if (route.request().method() !== 'GET') return await route.continue()
        const response = await route.fetch()
        const body = (await response.text()).replace('/assets/index-', '/assets/index-other-')
        return await route.fulfill({ response, body })
      })
      await link('Security groups')
      await page.getByText('The control plane was upgraded meanwhile').waitFor()
      assert.equal(loads, 1, 'it loads itself once, and then says so')
      await page.unrouteAll()
      await button('Load it again').click()
      await button('Create security group').waitFor()
    })

    it('keeps what is typed where a part of a page does not come', async () => {
      await go('/instances?filter=name=web-1')
      await page.getByRole('checkbox', { name: /^Choose web-1/ }).click()
      await page.getByRole('combobox', { name: 'Find instances' }).fill('half a word')
      await page.route(/\/assets\/instance-dialogs-/, (route) => route.abort())
      await button('Actions').click()
      await page.getByRole('menuitem', { name: 'Manage tags' }).click()
      await page.getByText('This part of the page could not be loaded').waitFor()
      const box = page.getByRole('combobox', { name: 'Find instances' })
      assert.equal(await box.inputValue(), 'half a word')
      await page.unrouteAll()
      await button('Try again').click()
      await page.getByRole('dialog').waitFor()
      await inDialog('Cancel').click()
    })

    it('leads past the navigation by keyboard', async () => {
      await go('/instances?filter=name=web-1')
      // All are read: what is pressed to read again can be.
      await page.getByText('Live', { exact: true }).waitFor()
      const focused = page.locator(':focus')
      await page.keyboard.press('Tab')
      await page.getByRole('link', { name: 'Skip to main content' }).and(focused).waitFor()
      await isClean()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await button('Read again').and(focused).waitFor()
      assert.match(page.url(), /\?filter=name=web-1$/)
      // The page that follows has the focus, and is told.
      await page.getByRole('link', { name: 'web-1', exact: true }).press('Enter')
      await page.locator('#main-content').and(focused).waitFor()
      await page
        .locator('[aria-live]')
        .getByText(/^web-1 · Fleetkey$/)
        .waitFor({ state: 'attached' })
    })

    it('scrolls no page that the window holds', async () => {
      await go('/instances?filter=name=web-1')
      await page.getByText('Live', { exact: true }).waitFor()
      assert.equal(await page.evaluate(overlength), 0)
    })

    it('keeps the bar above what is scrolled away (it would show there)', async () => {
      await go('/instances/add')
      await heading('Add an instance')
      await page.mouse.move(640, 400)
      await page.mouse.wheel(0, 300)
      await until('it is scrolled', async () => (await page.evaluate('scrollY')) !== 0)
      const onTop = "document.elementFromPoint(innerWidth / 2, 20).closest('#top-bar') !== null"
      assert.equal(await page.evaluate(onTop), true)
    })

    it('is as clean on a phone', async () => {
      await page.setViewportSize({ width: 390, height: 844 })
      for (const path of ['/', '/instances', '/events']) {
        // oxlint-disable-next-line no-await-in-loop -- one page
        await go(path)
        // oxlint-disable-next-line no-await-in-loop
        await page.getByRole('button', { name: 'Open the navigation' }).waitFor()
        // oxlint-disable-next-line no-await-in-loop
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        // oxlint-disable-next-line no-await-in-loop
        await isClean()
        // oxlint-disable-next-line no-await-in-loop
        assert.equal(await page.evaluate(overhang), 0, `${path} is scrolled one way only`)
      }
      await page.setViewportSize({ width: 1280, height: 800 })
    })

    it('forgets an instance once its meaning is confirmed', async () => {
      await go('/instances?filter=name=new-1')
      await page.getByRole('checkbox', { name: /^Choose new-1/ }).click()
      await button('Actions').click()
      await page.getByRole('menuitem', { name: 'Forget' }).click()
      assert.equal(await inDialog('Forget').isDisabled(), true)
      await isClean()
      const focused = page.locator(':focus')
      await page.getByLabel('To confirm, type forget').and(focused).waitFor()
      await page.keyboard.type('forget')
      await page.keyboard.press('Enter')
      await page.getByText('No instance fits this filter').waitFor()
      // What was pressed can be pressed no more.
      await page.locator('#main-content').and(focused).waitFor()
      const listed = await fleetkeyJson(['instances', '--filter', 'tag:Name=new-1'], {
        env: fleet.plane.root,
      })
      assert.deepEqual(listed, [])
    })

    it('says what is not there, what may not be seen, and that the control plane is away', async () => {
      // But for what was refused to be shown.
      const unexpected = (text: string) => !text.startsWith('Failed to load resource')
      assert.deepEqual(person.problems.filter(unexpected), [])
      await go('/instances/i-00000000000000000')
      await page.getByText('There is no such instance').waitFor()
      const blind = await signedIn(
        browser,
        fleet.plane,
        await makeAccount(fleet.plane, 'bob', NOTHING),
        {
          path: '/instances',
        },
      )
      await blind.page.getByText('The instances are not shown').first().waitFor()
      await blind.page.getByText('ec2:DescribeInstances', { exact: true }).waitFor()
      await blind.context.close()

      await go(`/instances?filter=name=web-1`)
      await rowOf('web-1').waitFor()
      await fleet.plane.stop()
      await button('Read again').click()
      await page.getByText('The control plane is not reached').first().waitFor()
      assert.equal(await rowOf('web-1').isVisible(), true)
      await fleet.plane.start()
      await button('Try again').click()
      await page
        .getByText('The control plane is not reached')
        .first()
        .waitFor({ state: 'detached' })
      await rowOf('web-1')
        .getByText('Running')
        .waitFor({ timeout: 2 * PATIENCE_MS })
    })
  },
)

/** For a page to evaluate: pixels that lie beside the window (WCAG 1.4.10); tables scroll by themselves. */
const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** For a page to evaluate: pixels that lie below the window. */
const overlength = 'document.documentElement.scrollHeight - document.documentElement.clientHeight'

/** Sees nothing. */
const NOTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'ec2:*', Resource: '*' }],
}

/** Whether a new connection comes to sshd, which greets first (RFC 4253 §4.2). */
async function comesIn(address: string): Promise<boolean> {
  const child = spawn('timeout', ['1.5', 'bash', '-c', `head -c 4 < /dev/tcp/${address}/22`], {
    env: plainEnvironment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(child, 'close')
  return said === 'SSH-'
}
