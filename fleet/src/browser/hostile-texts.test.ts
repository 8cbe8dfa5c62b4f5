import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import { printable } from '@fleetkey/domain/printable'
import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import type { Page } from 'playwright-core'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from '../test-fleet.ts'
import { openBrowser, whyNoBrowser, type Browser, type Person } from './browser.ts'
import { enrolHostileHost, post } from './hostile-host.ts'
import { HOSTILE_TEXTS, MARK } from './hostile-texts.ts'
import { makeAccount, signedIn } from './signed-in.ts'

// Every text that a person or a host can set, set to what tries to be more than text, and looked at in a real browser: no script runs, the
// content security policy has nothing to refuse, nothing is fetched from elsewhere.

const missing = whyNoHosts() ?? whyNoBrowser()
const PATIENCE_MS = 30_000
/** As many as facts may have in one list. */
const LIST = 64
/** IAM's longest description. */
const DESCRIPTION = 1000

/** Each fits into a line of a header, a fact or a description: control characters are refused there. */
const LINES = HOSTILE_TEXTS.map((hostile) => printable(hostile, 256))
const LATIN = LINES.map((line) => line.replaceAll(/[^\x20-\x7e]/g, '?').trim())

describe('texts that are hostile', { skip: missing ?? false, timeout: 300_000 }, () => {
  let fleet: TestFleet
  let browser: Browser
  let person: Person
  let page: Page
  const ran: string[] = []
  const foreign: string[] = []

  before(async () => {
    fleet = await openTestFleet({ hosts: { 'web-1': {} } })
    browser = await openBrowser(fleet.network)
    const account = await makeAccount(fleet.plane, 'admin')
    person = await signedIn(browser, fleet.plane, account)
    const { context } = person
    page = person.page
    page.setDefaultTimeout(PATIENCE_MS)
    await context.exposeFunction('tellRan', (where: string) => void ran.push(where))
    await context.addInitScript(tellWhatRuns, MARK)
    context.on('request', (request) => {
      if (!request.url().startsWith(fleet.plane.url)) foreign.push(request.url())
    })
    context.on('page', (opened) => foreign.push(`a window: ${opened.url()}`))
  })
  after(async () => {
    await browser?.close()
    await fleet?.close()
  })

  /** What is seen everywhere when nothing of it was more than text. */
  function assertHarmless(where: string) {
    const problems = person.problems.filter((problem) => !REFUSED.test(problem))
    assert.deepEqual({ ran, foreign, problems }, NOTHING, where)
  }

  async function look(path: string, text: string) {
    await page.goto(`${fleet.plane.url}${path}`)
    await page.getByText(text).filter({ visible: true }).first().waitFor()
    assertHarmless(path)
  }

  it('are refused as tags, names and user names of hosts', async () => {
    const { instanceId } = hostOf(fleet, 'web-1')
    for (const text of HOSTILE_TEXTS.slice(0, 20)) {
      const { status } = await asPage(page, 'AmazonEC2.CreateTags', {
        Resources: [instanceId],
        Tags: [{ Key: 'x', Value: text }],
      })
      assert.equal(status, 400, text)
    }
  })

  it('stay text where hosts say them of themselves', async () => {
    const ids: string[] = []
    for (let from = 0; from < LINES.length; from += LIST) {
      ids.push(await enrolHostileHost(fleet.plane, hostileFacts(from)))
    }
    await look('/instances', ids[0] ?? '')
    for (const id of ids) {
      await look(`/instances/${id}`, id)
      await look(`/instances/${id}/connect`, id)
    }
    await look('/', 'Hosts that need attention')
  })

  it('stay text in the descriptions and conditions of roles and policies', async () => {
    const descriptions = packed(LATIN, DESCRIPTION)
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    }
    for (const [n, Description] of descriptions.entries()) {
      const { status, body } = await asPage(page, 'AWSIdentityManagement.CreateRole', {
        RoleName: `role-${n}`,
        Description,
        AssumeRolePolicyDocument: JSON.stringify(trust),
      })
      assert.equal(status, 200, body)
    }
    await look('/iam/roles', 'role-0')
    for (const n of descriptions.keys()) await look(`/iam/roles/role-${n}`, `role-${n}`)
    const values = HOSTILE_TEXTS.slice(0, LIST)
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/x': values } },
        },
      ],
    }
    const { status, body } = await asPage(page, 'AWSIdentityManagement.PutRolePolicy', {
      RoleName: 'role-0',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify(policy),
    })
    assert.equal(status, 200, body)
    await look('/iam/roles/role-0', 'role-0')
  })

  it('stay text where clients name themselves, in the event history', async () => {
    for (const line of packed(LATIN, DESCRIPTION)) {
      await callAs(fleet, line.replaceAll('\n', ' '))
    }
    const { body } = await asPage(page, 'Fleetkey.SearchEvents', {
      Filters: [{ Name: 'event-name', Values: ['GetCallerIdentity'] }],
      MaxResults: 50,
    })
    const { Events } = JSON.parse(body) as Found
    assert.ok(Events.length > 20)
    for (const { Record } of Events) await look(`/events/${Record.eventID}`, 'User agent')
  })

  it('stay text in the address of a page', async () => {
    const { instanceId } = hostOf(fleet, 'web-1')
    for (const text of HOSTILE_TEXTS.filter((_, n) => n % 73 === 0)) {
      const encoded = encodeURIComponent(text)
      for (const path of [
        `/events?text=${encoded}`,
        `/instances/${encoded}`,
        `/instances?filter=${encoded}`,
        `/iam/simulator?principal=${encoded}&instance=${instanceId}`,
        `/sign-in?to=${encoded}`,
      ]) {
        await page.goto(`${fleet.plane.url}${path}`)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        assert.ok(page.url().startsWith(fleet.plane.url), `${path} led to ${page.url()}`)
        assertHarmless(path)
      }
    }
  })

  it('reach neither page nor clipboard from a terminal, and not from its recording', async () => {
    const { host, instanceId } = hostOf(fleet, 'web-1')
    await host.writeFile('/var/tmp/hostile', `${HOSTILE_TEXTS.join('\n')}\n\u001bc\u001b[?1049l`)
    await person.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto(`${fleet.plane.url}/terminal?instance=${instanceId}&user=deploy`)
    const rows = page.locator('.xterm-rows').first()
    await rows.filter({ hasText: /\$\s*$/ }).waitFor()
    await page.evaluate(() => (navigator as unknown as Clipboard).clipboard.writeText('mine'))
    const title = await page.title()
    await page.keyboard.type('cat /var/tmp/hostile; echo al""l-shown\n')
    await rows.filter({ hasText: 'all-shown' }).waitFor()
    const kept = await page.evaluate(() => (navigator as unknown as Clipboard).clipboard.readText())
    assert.equal(kept, 'mine')
    assert.equal(await page.title(), title)
    assertHarmless('the terminal')
    await page.keyboard.type('\u0003exit\n')
    await look('/recordings', 'deploy')
    await page.locator('a[href^="/recordings/"]').first().click()
    await page.locator('.xterm-rows').first().waitFor()
    assertHarmless('the recording')
  })
})

interface Found {
  readonly Events: readonly { readonly Record: { readonly eventID: string } }[]
}

const NOTHING = { ran: [], foreign: [], problems: [] }

/** What the browser says of an answer that is a refusal. */
const REFUSED = /status of 40[034]/

interface Clipboard {
  readonly clipboard: { writeText(text: string): Promise<void>; readText(): Promise<string> }
}
declare const navigator: unknown

interface Told {
  readonly location: { readonly pathname: string }
  tellRan(where: string): void
}

/** In every page, before anything of it: whatever sets the mark is told. */
function tellWhatRuns(mark: string): void {
  const page = globalThis as unknown as Told
  Object.defineProperty(globalThis, mark, {
    set() {
      page.tellRan(page.location.pathname)
    },
  })
}

function hostileFacts(from: number): HostFacts {
  /** Another stretch for each place, so that each has had all when all hosts have joined. */
  const list = (place: number) =>
    Array.from({ length: LIST }, (_, n) => LINES[(from + place * LIST + n) % LINES.length] ?? '')
  const one = (place: number) => list(place)[0] ?? ''
  return {
    hostname: one(0),
    os: one(1),
    architecture: one(2),
    agentVersion: one(3),
    sshdVersion: one(4),
    addresses4: list(0),
    addresses6: list(1),
    sshAddresses: list(2),
    sshPort: 22,
    tunnelPorts: [22],
    hostKeys: list(3),
    delivery: 'command',
    lock: { kind: 'open', ways: list(4) },
    problems: list(5),
    abilities: list(6),
    osUsers: list(7),
  }
}

/** As many as fit, a line each. */
function packed(lines: readonly string[], most: number): readonly string[] {
  const packs: string[] = []
  for (const line of lines) {
    const last = packs.at(-1)
    if (last === undefined || last.length + 1 + line.length > most) packs.push(line)
    else packs[packs.length - 1] = `${last}\n${line}`
  }
  return packs
}

/** Asks an operation as the page does that is open: with its cookie. */
async function asPage(
  page: Page,
  target: string,
  input: object,
): Promise<{ readonly status: number; readonly body: string }> {
  return await page.evaluate(
    async (asked) => {
      const headers = { 'content-type': 'application/x-amz-json-1.1' }
      const ask = (to: string, given: object, csrf: string) =>
        fetch('/', {
          method: 'POST',
          headers: { ...headers, 'x-amz-target': to, 'x-fleetkey-csrf': csrf },
          body: JSON.stringify(given),
        })
      const session = (await (await ask('Fleetkey.GetConsoleSession', {}, '')).json()) as {
        readonly CsrfToken: string
      }
      const answer = await ask(asked.target, asked.input, session.CsrfToken)
      return { status: answer.status, body: await answer.text() }
    },
    { target, input },
  )
}

/** A signed call by a client that calls itself so. */
async function callAs({ plane }: TestFleet, userAgent: string): Promise<void> {
  const { host } = new URL(plane.url)
  const body = '{}'
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSSecurityTokenService.GetCallerIdentity',
  }
  const credentials = {
    accessKeyId: plane.root['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: plane.root['AWS_SECRET_ACCESS_KEY'] ?? '',
  }
  const proof = signSigV4(
    {
      method: 'POST',
      host,
      target: '/',
      headers,
      body: Buffer.from(body),
      credentials,
      region: plane.root['AWS_REGION'] ?? '',
      service: 'sts',
      now: Date.now(),
    },
    {
      sha256: (data) => createHash('sha256').update(data).digest(),
      hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
    },
  )
  const answer = await post(plane, '/', {
    headers: { ...headers, ...proof, 'user-agent': userAgent },
    body,
  })
  assert.match(answer, /"Arn"/)
}
