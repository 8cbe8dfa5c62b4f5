import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { fleetkey, fleetkeyJson } from '../fleetkey.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from '../test-fleet.ts'
import { until } from '../until.ts'
import { accessibilityFindings } from './accessibility.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { makeAccount, signedIn } from './signed-in.ts'
import { tabTo } from './tab-to.ts'

// What terminals showed, from a real shell on a real host to the page that plays it.

const missing = whyNoHosts() ?? whyNoBrowser()
/** Most of it is waiting for other tests' processors. */
const PATIENCE_MS = 30_000

/** May log in, and nothing of recordings: her own need no policy. */
const MAY_LOG_IN = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['ec2:Describe*', 'ec2-instance-connect:*', 'fleetkey:WatchFleet'],
      Resource: '*',
    },
  ],
}
const AUDITOR = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['fleetkey:*Recording*', 'fleetkey:*Terminal*', 'fleetkey:ListSSHSessions'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['ec2:Describe*', 'fleetkey:SearchEvents', 'fleetkey:WatchFleet'],
      Resource: '*',
    },
  ],
}

interface Recording {
  readonly recordingId: string
  readonly terminalId: string
  readonly userName: string
  readonly state: string
  readonly sha256?: string
  readonly trailSha256?: string
}

describe('recordings in the browser', { skip: missing ?? false, timeout: 240_000 }, () => {
  let fleet: TestFleet
  let browser: Browser
  let ann: Person
  let auditor: Person
  let instanceId = ''
  let recordingId = ''

  before(async () => {
    fleet = await openTestFleet({
      hosts: { 'web-1': { 'fleetkey:RecordingRequired': 'true' } },
    })
    ;({ instanceId } = hostOf(fleet, 'web-1'))
    browser = await openBrowser(fleet.network)
    const [annAccount, auditorAccount] = await Promise.all([
      makeAccount(fleet.plane, 'ann', MAY_LOG_IN),
      makeAccount(fleet.plane, 'auditor', AUDITOR),
    ])
    ann = await signedIn(browser, fleet.plane, annAccount)
    auditor = await signedIn(browser, fleet.plane, auditorAccount)
    for (const { page } of [ann, auditor]) page.setDefaultTimeout(PATIENCE_MS)
  })
  after(async () => {
    await browser?.close()
    await fleet?.close()
  })

  const env = () => fleet.plane.root
  const list = async (...flags: readonly string[]) =>
    (await fleetkeyJson(['recordings', 'list', ...flags], { env: env() })) as Recording[]
  const recorded = () => auditor.page.locator('.recording-screen .xterm-rows')
  const shows = (place: Locator, text: string | RegExp) => place.filter({ hasText: text }).waitFor()
  const go = (page: Page, path: string) => page.goto(`${fleet.plane.url}${path}`)

  it('records what somebody does in a terminal, and lets others watch and end it', async () => {
    await go(ann.page, `/terminal?instance=${instanceId}&user=deploy`)
    const screen = ann.page.locator('.xterm-rows').first()
    await shows(screen, /\$/)
    await ann.page.locator('.xterm').first().click()
    await ann.page.keyboard.type("printf '\\033[32mfirst-%s\\033[0m\\n' mark\n")
    await shows(screen, 'first-mark')
    const [running] = await list('--state', 'running')
    assert.equal(running?.userName, 'ann')
    recordingId = running.recordingId

    await go(auditor.page, '/recordings?tab=running')
    await auditor.page.getByRole('radio', { name: /ann on web-1/ }).check()
    // To the login that it is, and from there back.
    await until('its host has told of the login', async () => {
      const sessions = await fleetkeyJson(['sessions', 'list'], { env: env() })
      return JSON.stringify(sessions).includes('"ann"')
    })
    await auditor.page.getByRole('button', { name: 'SSH session', exact: true }).click()
    await auditor.page.getByRole('heading', { name: 'SSH session on web-1' }).waitFor()
    await auditor.page.getByRole('link', { name: 'Its recording' }).waitFor()
    assert.deepEqual(await accessibilityFindings(auditor.page), [])
    await auditor.page.getByRole('link', { name: 'Watch its terminal' }).click()
    const watched = auditor.page.locator('.recording-screen .xterm-rows')
    await shows(watched, 'first-mark')
    await auditor.page.locator('.recording-screen').click()
    await auditor.page.keyboard.type('rm -rf /\n')
    await auditor.page.keyboard.press('Tab')
    const within = auditor.page.locator('.recording-screen :focus')
    assert.equal(await within.count(), 0, 'who watches goes on by Tab')
    await ann.page.keyboard.type('echo second-$((20+3))\n')
    await shows(watched, 'second-23')
    assert.ok(!(await watched.innerText()).includes('rm -rf'), 'who watches types nothing')
    assert.deepEqual(await accessibilityFindings(auditor.page), [])
    await auditor.page.getByRole('button', { name: 'End the terminal' }).click()
    await auditor.page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
    await auditor.page.getByText(/auditor ended the terminal/).waitFor()
    await ann.page
      .getByText(/auditor ended the terminal/)
      .first()
      .waitFor()
    await until('it is finished', async () => (await list('--state', 'finished')).length === 1)
  })

  it('plays it: who, where and when, to the end, and back to a moment', async () => {
    const { page } = auditor
    await go(page, '/recordings')
    await page.getByRole('radio', { name: 'ann on web-1' }).check()
    assert.deepEqual(await accessibilityFindings(page), [])
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await page.getByRole('heading', { name: 'ann as deploy on web-1' }).waitFor()
    await page.getByText('The trail has the same SHA-256').waitFor()
    await page.getByRole('link', { name: 'Its SSH session' }).waitFor()
    const player = page.getByRole('region', { name: 'Player' })
    await player.focus()
    await page.keyboard.press('End')
    await shows(recorded(), 'second-23')
    await page.keyboard.press('Home')
    await until(
      'it is at its beginning',
      async () => !(await recorded().innerText()).includes('first-mark'),
    )
    await page.keyboard.press('Space')
    await shows(recorded(), 'first-mark')
    assert.deepEqual(await accessibilityFindings(page), [])
  })

  it('finds a text, goes there, and has a link to that moment', async () => {
    const { page } = auditor
    await page.keyboard.press('/')
    await page.keyboard.type('second-23\n')
    await page.getByText(/1 place for/).waitFor()
    await page.getByRole('listitem').getByRole('button').first().click()
    await shows(recorded(), 'second-23')
    const at = await page.getByRole('slider', { name: 'Place in the recording' }).inputValue()
    await go(page, `/recordings/${recordingId}?t=${Number(at) + 0.2}`)
    await shows(recorded(), 'second-23')
    const before = await page.getByRole('region', { name: 'Player' }).innerText()
    assert.ok(!before.startsWith('0:00 /'))
  })

  it('is found, played, searched and left by keyboard alone', async () => {
    const { page } = auditor
    const press = (key: string) => page.keyboard.press(key)
    await go(page, '/recordings')
    const choice = page.getByRole('radio', { name: 'ann on web-1' })
    await choice.waitFor()
    await tabTo(page, page.getByRole('columnheader').first())
    await press('ArrowDown')
    await press('Space')
    assert.ok(await choice.isChecked())
    await tabTo(page, page.getByRole('button', { name: 'Play', exact: true }), 'Shift+Tab')
    await press('Enter')
    const slider = page.getByRole('slider', { name: 'Place in the recording' })
    // What is played with is there, then what it hashes to.
    await page.getByText('The trail has the same SHA-256').waitFor()
    await tabTo(page, slider)
    const end = Number(await slider.getAttribute('max'))
    for (const [key, tenth] of [
      ['End', 10],
      ['5', 5],
      ['Home', 0],
      ['9', 9],
    ] as const) {
      await press(key)
      await until(`${key} on the slider leads there`, async () => {
        return Math.abs(Number(await slider.inputValue()) - (end * tenth) / 10) <= 0.2
      })
    }
    await press('+')
    await page.getByText(/^Paused, speed 1.5×, at /).waitFor()
    await press('/')
    await page.keyboard.type('second-23\n')
    await page.getByText('1 place for “second-23”').waitFor()
    await tabTo(page, page.getByRole('listitem').getByRole('button'))
    await press('Enter')
    await shows(recorded(), 'second-23')
    await tabTo(page, page.getByRole('link', { name: 'Recordings', exact: true }), 'Shift+Tab')
    await press('Enter')
    await choice.waitFor()
    assert.equal(await page.locator(':focus').count(), 1)
  })

  it('has each view on record, once, and lets nobody else in', async () => {
    const { stdout } = await fleetkey(
      ['events', '--event', 'ReadRecording', '--output', 'json', '--reads'],
      { env: env() },
    )
    const views = (JSON.parse(stdout === '' ? '[]' : stdout) as object[]).length
    assert.ok(views >= 1 && views <= 4, `${views} views of some pages each\n${stdout}`)
    await go(ann.page, '/recordings')
    await ann.page.getByRole('radio', { name: 'ann on web-1' }).waitFor()
    const stranger = await makeAccount(fleet.plane, 'bob', MAY_LOG_IN)
    const bob = await signedIn(browser, fleet.plane, stranger, {
      path: `/recordings/${recordingId}`,
    })
    await bob.page.getByText('The recording is not shown').waitFor()
    await go(bob.page, '/recordings')
    await bob.page.getByText('No recordings').waitFor()
  })

  it('is the same on the command line: unchanged, and exported as it was recorded', async () => {
    const file = join(fleet.dir, 'session.cast')
    const { code } = await fleetkey(['recordings', 'export', recordingId, '--to', file], {
      env: env(),
    })
    assert.equal(code, 0)
    const text = await readFile(file)
    const shown = (await fleetkeyJson(['recordings', 'show', recordingId], {
      env: env(),
    })) as Recording
    assert.equal(createHash('sha256').update(text).digest('hex'), shown.trailSha256)
    assert.ok(text.includes('second-23'))
    const verified = await fleetkey(['recordings', 'verify', recordingId], { env: env() })
    assert.match(verified.stdout, /unchanged/)
  })

  it('is deleted by who may, after a word, and its deletion stays on record', async () => {
    const { page } = auditor
    await go(page, '/recordings')
    await page.getByRole('radio', { name: 'ann on web-1' }).check()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('delete')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('No recordings').waitFor()
    const { stdout } = await fleetkey(
      ['events', '--event', 'DeleteRecording', '--output', 'json'],
      { env: env() },
    )
    assert.ok(stdout.includes(recordingId))
  })

  it('had no error, and nothing that the content security policy refused', () => {
    // Pages ask for more than everybody may see, and say so: that is no error.
    const told = [...ann.problems, ...auditor.problems]
    assert.deepEqual(
      told.filter((problem) => !problem.startsWith('Failed to load resource')),
      [],
    )
  })
})
