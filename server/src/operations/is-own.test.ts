import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { SessionStarted } from '@fleetkey/wire/agent/session-receipts'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import {
  assume,
  givenRole,
  trusting,
  trustingProvider,
  type GivenRole,
} from '../testing/given-role.ts'
import { startOidcIssuer, type OidcIssuer } from '../testing/oidc-issuer.ts'
import { push, PUSH_TO_DEV } from '../testing/push.ts'
import { until } from '../testing/until.ts'

const MAY_ASSUME = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }

let plane: ControlPlane
let agent: FakeAgent
let issuer: OidcIssuer
let elsewhere: OidcIssuer
/** Which members of the account, and whom either provider vouches for, may have under any name. */
let ops: GivenRole
let reader: GivenRole
let ann: ApiClient
let mallory: ApiClient
before(async () => {
  plane = await startControlPlane()
  agent = await connectAgent(plane, await enrolHost(plane, { env: 'dev' }))
  const now = () => Date.now() + plane.clock.aheadMs
  issuer = await startOidcIssuer({ now })
  elsewhere = await startOidcIssuer({ now })
  for (const { url: Url } of [issuer, elsewhere]) {
    await plane.root.done('CreateOpenIDConnectProvider', { Url, ClientIDList: ['fleetkey'] })
  }
  const { Account } = await plane.root.done('GetCallerIdentity', {})
  const trust = [
    trusting(`arn:aws:iam::${Account}:root`),
    trustingProvider(issuer.name),
    trustingProvider(elsewhere.name),
  ]
  ops = await givenRole(plane, { trust, policy: [PUSH_TO_DEV, MAY_ASSUME] })
  reader = await givenRole(plane, { trust, policy: [PUSH_TO_DEV, MAY_ASSUME] })
  ann = await plane.user('ann', MAY_ASSUME)
  mallory = await plane.user('mallory', MAY_ASSUME)
})
after(async () => {
  await agent.close()
  await issuer.close()
  await elsewhere.close()
  await plane.close()
})
// Tokens of a provider are counted by the minute.
beforeEach(() => (plane.clock.aheadMs += 61_000))

/** Somebody whom a provider vouches for. */
async function signedIn(
  sub: string,
  {
    by = issuer,
    name = 'work',
    role = ops,
  }: { by?: OidcIssuer; name?: string; role?: GivenRole } = {},
): Promise<ApiClient> {
  const answer = await plane.unsigned('AssumeRoleWithWebIdentity', {
    RoleArn: role.arn,
    RoleSessionName: name,
    WebIdentityToken: by.token({ sub }),
  })
  assert.equal(answer.status, 200, answer.text)
  return plane.as(answer.body.Credentials)
}

interface Begun {
  readonly sessionId: string
  readonly grantId: string
}

let count = 0
/** They push a key and log in with it. */
async function login(client: ApiClient): Promise<Begun> {
  const { instanceId } = agent.host
  const { body } = await push(client, instanceId)
  assert.equal(body.Success, true, JSON.stringify(body))
  const grantId = String(body.RequestId)
  const pushed = plane.trail().find((one) => one.requestId === grantId)
  const sessionId = `s-${String(++count).padStart(17, '0')}`
  const started: SessionStarted = {
    receiptId: `r-${count}`,
    at: Date.now(),
    kind: 'session-started',
    sessionId,
    osUser: 'ec2-user',
    method: 'publickey',
    fingerprint: String(pushed?.event.additionalEventData['fingerprint']),
    grantId: grantId.replaceAll('-', ''),
    pid: count,
    seenBy: 'pam',
  }
  agent.say({ kind: 'receipts', receipts: [started] })
  const of = { sessionId, instanceId }
  await until(async () => (await plane.store.sshSessions.get(of))?.grant !== undefined)
  return { sessionId, grantId }
}

/** All that may be done with one's own without a policy, asked in earnest; the end comes last. */
async function whatTheyMay(client: ApiClient, { sessionId, grantId }: Begun) {
  const has = async (query: object) => {
    const { Sessions } = await client.done('ListSSHSessions', { MaxResults: 200, ...query })
    return (Sessions as { SessionId: string }[]).some(({ SessionId }) => SessionId === sessionId)
  }
  const named = { SessionIds: [sessionId] }
  const dry = await client.done('EndSSHSessions', { Mine: true, DryRun: true })
  const asked = await Promise.all([
    client.call('GetSSHSession', { SessionId: sessionId }),
    client.call('GetGrant', { GrantId: grantId }),
    client.call('EndSSHSessions', named),
  ])
  for (const { code } of asked) assert.ok([undefined, 'AccessDeniedException'].includes(code))
  const [show, ask, end] = asked.map(({ status }) => status === 200)
  return {
    list: await has({}),
    listMine: await has({ Mine: true }),
    endMine: JSON.stringify(dry).includes(sessionId),
    show,
    ask,
    end,
  }
}

const ALL = { list: true, listMine: true, endMine: true, show: true, ask: true, end: true }
const NOTHING = Object.fromEntries(Object.keys(ALL).map((may) => [may, false]))
const wasEnded = ({ sessionId }: Begun) =>
  agent.told.some((one) => one.kind === 'end-session' && one.sessionId === sessionId)

async function assertOwn(client: ApiClient, begun: Begun): Promise<void> {
  assert.deepEqual(await whatTheyMay(client, begun), ALL)
  assert.ok(wasEnded(begun))
}
async function assertNotOwn(client: ApiClient, begun: Begun): Promise<void> {
  assert.deepEqual(await whatTheyMay(client, begun), NOTHING)
  assert.ok(!wasEnded(begun))
}

describe('what somebody began with keys of a role', () => {
  it('is that session’s own, and of nobody else who types its name (they would end it, and read what became of the push)', async () => {
    const first = await assume(plane, ann, ops)
    const begun = await login(first)
    const { UserId } = await first.done('GetCallerIdentity', {})
    const second = await assume(plane, mallory, ops)
    assert.equal((await second.done('GetCallerIdentity', {})).UserId, UserId)
    await assertNotOwn(second, begun)
    await assertOwn(first, begun)
  })

  it('is not the next session’s, by the same keys under the same name: that is typed, too', async () => {
    const begun = await login(await assume(plane, ann, ops))
    await assertNotOwn(await assume(plane, ann, ops), begun)
  })

  it('is not the person’s who made the session, nor of another role under the name', async () => {
    const begun = await login(await assume(plane, ann, ops))
    await assertNotOwn(ann, begun)
    await assertNotOwn(await assume(plane, ann, reader), begun)
  })

  it('cannot be had by a name with a blank, which parts what owners are made of', async () => {
    const first = await assume(plane, ann, ops)
    for (const RoleSessionName of [`work ${first.accessKeyId}`, ' ', `work\t${issuer.name}`]) {
      const { code } = await mallory.call('AssumeRole', { RoleArn: ops.arn, RoleSessionName })
      assert.equal(code, 'ValidationException', RoleSessionName)
    }
  })

  it('is of one session of a chain: a provider vouched for the first role only', async () => {
    const person = await signedIn('ann-1')
    const chained = await assume(plane, person, reader)
    const begun = await login(chained)
    await assertNotOwn(person, begun)
    await assertNotOwn(await assume(plane, person, reader), begun)
    await assertNotOwn(await assume(plane, mallory, reader), begun)
    await assertNotOwn(await signedIn('ann-1', { role: reader }), begun)
    await assertOwn(chained, begun)
  })
})

describe('what somebody began whom a provider vouches for', () => {
  it('is theirs after the next sign-in, whatever the session is called', async () => {
    const begun = await login(await signedIn('ann-1'))
    await assertOwn(await signedIn('ann-1', { name: 'ann.married' }), begun)
  })

  it('is nobody else’s: another subject, the same one elsewhere or with a blank, or keys, by the same name', async () => {
    const begun = await login(await signedIn('ann-1'))
    await assertNotOwn(await signedIn('mallory-7'), begun)
    await assertNotOwn(await signedIn('ann-1', { by: elsewhere }), begun)
    await assertNotOwn(await signedIn(`x ann-1`), begun)
    await assertNotOwn(await assume(plane, mallory, ops), begun)
  })

  it('is not theirs with another role: a lesser one would reach what a greater one began', async () => {
    const begun = await login(await signedIn('ann-1'))
    await assertNotOwn(await signedIn('ann-1', { role: reader }), begun)
  })
})

describe('what a user began', () => {
  it('is theirs with any key, and not of who is made anew under the name', async () => {
    const erna = await plane.user('erna', [PUSH_TO_DEV, MAY_ASSUME])
    const begun = await login(erna)
    const left = await login(erna)
    const { Credentials } = await erna.done('GetSessionToken', {})
    await assertOwn(plane.as(Credentials), begun)
    await plane.root.done('DeleteUser', { UserName: 'erna', Force: true })
    await assertNotOwn(await plane.user('erna', [PUSH_TO_DEV]), left)
  })
})

describe('what was recorded before owners were', () => {
  it('is nobody’s own where it is a role’s', async () => {
    const client = await assume(plane, ann, ops)
    const { UserId: principalId, Arn } = await client.done('GetCallerIdentity', {})
    const sessionId = `s-${String(++count).padStart(17, '0')}`
    await plane.store.sshSessions.start({
      sessionId,
      instanceId: agent.host.instanceId,
      osUser: 'ec2-user',
      method: 'publickey',
      seenBy: 'pam',
      pid: 7,
      startedAt: Date.now(),
      grant: {
        requestId: '0198',
        principalId,
        principalArn: Arn,
        userName: 'work',
        endsWithRight: false,
      },
    })
    const { code } = await client.call('GetSSHSession', { SessionId: sessionId })
    assert.equal(code, 'AccessDeniedException')
    assert.equal((await plane.root.call('GetSSHSession', { SessionId: sessionId })).status, 200)
  })
})
