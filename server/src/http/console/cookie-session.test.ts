import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { apiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { openPage } from '../../testing/page.ts'
import { callUnsigned } from '../../testing/unsigned.ts'

const PASSWORD = 'correct horse battery'
let plane: ControlPlane
before(async () => {
  plane = await startControlPlane()
  for (const name of ['alice', 'bob']) {
    await plane.user(name, { Effect: 'Allow', Action: '*', Resource: '*' })
    await plane.root.done('CreateLoginProfile', { UserName: name, Password: PASSWORD })
  }
})
after(() => plane.close())
// Another hour for each case, so that nobody's tries are another's.
beforeEach(() => void (plane.clock.aheadMs += 3_600_000))

async function signedIn(userName = 'alice') {
  const page = openPage(plane)
  await page.signIn(userName, PASSWORD)
  return page
}

describe('a session of the console', () => {
  it('is a cookie that no script reads and no other site sends, and no keys', async () => {
    const page = openPage(plane)
    const { body, headers } = await page.signIn('alice', PASSWORD)
    const [cookie] = [headers['set-cookie']].flat()
    const [value, ...attributes] = (cookie ?? '').split('; ')
    assert.match(value ?? '', /^__Host-fleetkey=ASIA[A-Z2-7]{16}:FleetkeySession\S+$/)
    const [lasts] = attributes.splice(4)
    assert.match(lasts ?? '', /^Max-Age=43(200|19\d)$/)
    assert.deepEqual(attributes, ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict'])
    assert.equal(body.Credentials, undefined)
    assert.equal(body.Principal.Name, 'alice')
    const [accessKeyId = '', token = ''] = (value ?? '').slice('__Host-fleetkey='.length).split(':')
    assert.ok(accessKeyId !== '' && token !== '')
    const told = JSON.stringify(body)
    assert.ok(!told.includes(accessKeyId) && !told.includes(token), 'a script could read it')
  })

  it('asks operations as the person, of every service, with its id on record', async () => {
    const page = await signedIn()
    const { body } = await page.call('GetCallerIdentity', {})
    assert.match(body.Arn, /:user\/alice$/)
    assert.equal((await page.call('DescribeInstances', {})).status, 200)
    const { userIdentity } = plane.trail().at(-1)?.event ?? {}
    assert.ok(userIdentity?.type === 'IAMUser')
    assert.ok(page.cookie.includes(userIdentity.accessKeyId ?? 'none'))
    const made = await page.call('CreateGroup', { GroupName: 'made-by-cookie' })
    assert.equal(made.status, 200)
  })

  it('tells who is signed in, and nobody without a failure', async () => {
    const page = await signedIn()
    const { body } = await page.call('GetConsoleSession', {}, { 'x-fleetkey-csrf': 'none' })
    assert.deepEqual([body.SignedIn, body.CsrfToken], [true, page.csrfToken])
    assert.deepEqual([body.SourceAddress, body.HandedOn], ['127.0.0.1', false])
    const byProxy = await page.call('GetConsoleSession', {}, { 'x-forwarded-for': '192.0.2.7' })
    const { SourceAddress, HandedOn } = byProxy.body
    assert.deepEqual([SourceAddress, HandedOn], ['127.0.0.1', true], 'what it says is not believed')
    const records = plane.trail().length
    const stranger = await openPage(plane).call('GetConsoleSession', {})
    assert.deepEqual([stranger.status, stranger.body.SignedIn], [200, false])
    assert.equal(plane.trail().length, records, 'anybody could fill the trail')
  })

  it('is over when its time is', async () => {
    const page = await signedIn()
    plane.clock.aheadMs += 12 * 3_600_000 + 1000
    assert.equal((await page.call('GetCallerIdentity', {})).code, 'ExpiredTokenException')
    const { body, headers } = await page.call('GetConsoleSession', {})
    assert.equal(body.SignedIn, false)
    assert.equal(headers['set-cookie'], undefined, 'of a session that began meanwhile')
  })

  it('is over when it is signed out, also for who copied the cookie', async () => {
    const page = await signedIn()
    const { cookie } = page
    assert.equal((await page.call('SignOut', {})).status, 200)
    assert.equal(page.cookie, '')
    assert.equal(plane.trail().at(-1)?.eventName, 'SignOut')
    const copied = await page.call('GetCallerIdentity', {}, { cookie })
    assert.equal(copied.code, 'UnrecognizedClientException')
  })

  it('has another id at each sign-in, and the one before is over (session fixation)', async () => {
    const page = await signedIn()
    const planted = page.cookie
    await page.signIn('bob', PASSWORD)
    assert.notEqual(page.cookie, planted)
    assert.match((await page.call('GetCallerIdentity', {})).body.Arn, /:user\/bob$/)
    const before = await page.call('GetCallerIdentity', {}, { cookie: planted })
    assert.equal(before.code, 'UnrecognizedClientException')
  })

  it('is not over when somebody else signs in with its id (which stands in the trail) and no token of it', async () => {
    const alice = await signedIn()
    const [shown = '', token = ''] = alice.cookie.split(':')
    const bob = openPage(plane)
    bob.cookie = `${shown}:${token.slice(0, -4)}AAAA`
    await bob.signIn('bob', PASSWORD)
    assert.equal((await alice.call('GetCallerIdentity', {})).status, 200)
  })

  it('is refused with the next request once the user is gone, or their sessions are ended', async () => {
    await plane.user('gone')
    await plane.root.done('CreateLoginProfile', { UserName: 'gone', Password: PASSWORD })
    const page = await signedIn('gone')
    await plane.root.done('DeleteUser', { UserName: 'gone', Force: true })
    assert.equal((await page.call('GetCallerIdentity', {})).code, 'UnrecognizedClientException')
    const other = await signedIn('bob')
    await plane.root.done('RevokeSessions', { UserName: 'bob' })
    assert.equal((await other.call('GetCallerIdentity', {})).code, 'UnrecognizedClientException')
  })
})

describe('a cookie', () => {
  it('signs nothing: neither its token nor what pages are told makes a signature', async () => {
    const page = await signedIn()
    const value = page.cookie.slice('__Host-fleetkey='.length)
    const [accessKeyId = '', sessionToken = ''] = value.split(':')
    const sql = 'select count(*) as n from sessions where access_key_id = ?'
    assert.equal(plane.query(sql, accessKeyId)[0]?.['n'], 1)
    for (const secretAccessKey of [page.csrfToken, sessionToken]) {
      const client = apiClient({
        accessKeyId,
        secretAccessKey,
        sessionToken,
        port: () => plane.port,
        now: () => Date.now() + plane.clock.aheadMs,
      })
      assert.equal((await client.call('GetCallerIdentity', {})).code, 'UnrecognizedClientException')
    }
  })

  it('is not made of temporary keys: a session that signs is none of a browser', async () => {
    const { body } = await callUnsigned(plane, 'SignIn', { UserName: 'alice', Password: PASSWORD })
    const { AccessKeyId, SessionToken } = body.Credentials
    const page = openPage(plane)
    page.cookie = `__Host-fleetkey=${AccessKeyId}:${SessionToken}`
    assert.equal((await page.call('GetCallerIdentity', {})).code, 'UnrecognizedClientException')
    assert.equal((await page.call('GetConsoleSession', {})).body.SignedIn, false)
  })

  it('beside a signature does not help it: any trace of one must be right', async () => {
    const page = await signedIn()
    const client = plane.root
    const right = client.sign('GetCallerIdentity', {}, { headers: { cookie: page.cookie } })
    assert.match((await client.send(right)).body.Arn, /:root$/)
    const signature = right.headers['authorization'] ?? ''
    const last = signature.endsWith('0') ? '1' : '0'
    for (const authorization of [`${signature.slice(0, -1)}${last}`, '', 'Bearer x']) {
      const answer = await page.call('GetCallerIdentity', {}, { authorization })
      assert.equal(answer.status, 400, authorization)
    }
  })

  it('that is cut, doubled, of another shape or unknown opens nothing', async () => {
    const page = await signedIn()
    const right = page.cookie
    const unknown = `__Host-fleetkey=ASIAAAAAAAAAAAAAAAAA:FleetkeySession${'A'.repeat(64)}`
    const wrong = [
      right.slice(0, -1),
      `${right}x`,
      `${right}; ${right}`,
      '__Host-fleetkey=',
      unknown,
      right.replace('__Host-', ''),
      right.replace('__Host-', '__host-'),
      right.replace(':', '.'),
    ]
    for (const cookie of wrong) {
      const { status, code } = await page.call('GetCallerIdentity', {}, { cookie })
      assert.equal(status, 400, cookie)
      assert.match(code ?? '', /^(UnrecognizedClient|MissingAuthenticationToken)Exception$/)
    }
    page.cookie = `first=1; ${right}; last=2`
    assert.equal((await page.call('GetCallerIdentity', {})).status, 200)
  })
})

describe('a request with a cookie', () => {
  it('without the token of the session is refused (another site would ask)', async () => {
    const page = await signedIn()
    const bob = await signedIn('bob')
    for (const token of ['none', '', 'x', bob.csrfToken, page.csrfToken.slice(1)]) {
      const otherwise = { 'x-fleetkey-csrf': token }
      const { status, code } = await page.call('GetCallerIdentity', {}, otherwise)
      assert.deepEqual([status, code], [403, 'CrossSiteRequestException'], token)
    }
  })

  it('of another origin is refused, even with cookie and token', async () => {
    const page = await signedIn()
    const rebound = `evil.example:${plane.port}`
    for (const otherwise of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'none' },
      { origin: `http://localhost:${plane.port}` },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      // A name of somebody's that has just come to mean this machine (DNS rebinding).
      { host: rebound, origin: `http://${rebound}` },
    ]) {
      const { status, code } = await page.call('GetCallerIdentity', {}, otherwise)
      assert.deepEqual(
        [status, code],
        [403, 'CrossSiteRequestException'],
        JSON.stringify(otherwise),
      )
    }
    assert.equal((await page.call('GetCallerIdentity', {})).status, 200)
  })

  it('of the configured origins is taken, and then of no other', async () => {
    const origin = 'https://fleetkey.example.com'
    await plane.restart({}, { console: { origins: [origin], sessionHours: 12, idleMinutes: 60 } })
    const page = openPage(plane)
    const fields = { UserName: 'alice', Password: PASSWORD, Console: true }
    assert.equal((await page.call('SignIn', fields)).status, 403)
    assert.equal((await page.call('SignIn', fields, { origin })).status, 200)
    assert.equal((await page.call('GetCallerIdentity', {}, { origin })).status, 200)
    assert.equal((await page.call('GetCallerIdentity', {})).status, 403)
    await plane.restart()
  })

  it('in any form that another site could send without asking first is refused', async () => {
    const page = await signedIn()
    for (const type of [
      'text/plain',
      'application/json',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'none',
    ]) {
      const { status } = await page.call('GetCallerIdentity', {}, { 'content-type': type })
      assert.equal(status, 403, type)
    }
  })
})

describe('signing somebody in by the page of another site', () => {
  it('is refused before their password is looked at, and leaves few records', async () => {
    const page = openPage(plane)
    const fields = { UserName: 'bob', Password: PASSWORD, Console: true }
    for (const otherwise of [
      { origin: 'https://evil.example' },
      { origin: 'none' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await page.call('SignIn', fields, otherwise)
      assert.deepEqual([answer.status, answer.code], [403, 'CrossSiteRequestException'])
      assert.equal(answer.headers['set-cookie'], undefined)
    }
    const records = plane.trail().length
    for (let sent = 0; sent < 60; sent++) await page.call('SignIn', fields, { origin: 'none' })
    assert.ok(plane.trail().length - records < 40)
  })
})
