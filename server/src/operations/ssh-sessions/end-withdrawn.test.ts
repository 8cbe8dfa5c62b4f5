import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { END_ON_WITHDRAWAL_TAG } from '@fleetkey/domain/ssh-session'
import type { SessionStarted } from '@fleetkey/wire/agent/session-receipts'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent, type Host } from '../../testing/fake-agent.ts'
import { assume, givenRole, trusting } from '../../testing/given-role.ts'
import { push, PUSH_TO_DEV } from '../../testing/push.ts'
import { until } from '../../testing/until.ts'

let plane: ControlPlane
let host: Host
let agent: FakeAgent
let count = 0
const TAG = [{ Key: END_ON_WITHDRAWAL_TAG, Value: 'true' }]
before(async () => {
  plane = await startControlPlane({ withdrawalEveryMs: 10 })
  host = await enrolHost(plane, { env: 'dev' })
  agent = await connectAgent(plane, host)
})
after(async () => {
  await agent.close()
  await plane.close()
})

async function login(
  by: ApiClient,
  on: FakeAgent = agent,
  sessionId = `s-${String(++count).padStart(17, '0')}`,
): Promise<string> {
  const { body } = await push(by, on.host.instanceId)
  const pushed = plane.trail().find((one) => one.requestId === body.RequestId)
  const started: SessionStarted = {
    receiptId: `r-${++count}`,
    at: Date.now(),
    kind: 'session-started',
    sessionId,
    osUser: 'ec2-user',
    method: 'publickey',
    fingerprint: String(pushed?.event.additionalEventData['fingerprint']),
    grantId: String(body.RequestId).replaceAll('-', ''),
    pid: count,
    seenBy: 'pam',
  }
  on.say({ kind: 'receipts', receipts: [started] })
  const { instanceId } = on.host
  const of = { sessionId, instanceId }
  await until(async () => (await plane.store.sshSessions.get(of))?.grant !== undefined)
  return sessionId
}

const wasEnded = (sessionId: string, on: FakeAgent = agent) =>
  on.told.some((one) => one.kind === 'end-session' && one.sessionId === sessionId)

/** After a change of rights that certainly ends another session, what is still open stays so. */
async function assertStays(sessionId: string): Promise<void> {
  const name = `other-${++count}`
  const other = await plane.user(name, PUSH_TO_DEV)
  await plane.root.done('TagUser', { UserName: name, Tags: TAG })
  const sure = await login(other)
  await plane.root.done('DeleteUserPolicy', { UserName: name, PolicyName: 'p' })
  await until(() => wasEnded(sure))
  assert.ok(!wasEnded(sessionId))
}

async function givenUser(name: string, tags: typeof TAG = TAG) {
  const client = await plane.user(name, PUSH_TO_DEV)
  if (tags.length > 0) await plane.root.done('TagUser', { UserName: name, Tags: tags })
  return client
}

describe('withdrawing a right', () => {
  it('ends the sessions that it began: when the policy goes', async () => {
    const sessionId = await login(await givenUser('a'))
    assert.ok(!wasEnded(sessionId))
    await plane.root.done('DeleteUserPolicy', { UserName: 'a', PolicyName: 'p' })
    await until(() => wasEnded(sessionId))
    const record = plane
      .trail()
      .find(
        ({ event }) =>
          event.eventName === 'EndSSHSessions' &&
          event.additionalEventData['sessionId'] === sessionId,
      )
    assert.equal(record?.event.additionalEventData['because'], 'no policy allows it any more')
    const row = await plane.store.sshSessions.get({ sessionId, instanceId: host.instanceId })
    assert.equal(record?.requestId, row?.grant?.requestId)
  })

  it('… when the user is deleted', async () => {
    const sessionId = await login(await givenUser('b'))
    await plane.root.done('DeleteUser', { UserName: 'b', Force: true })
    await until(() => wasEnded(sessionId))
  })

  it("… when the instance's tags are others, so that the policy fits no more", async () => {
    const other = await connectAgent(plane, await enrolHost(plane, { env: 'dev' }))
    const sessionId = await login(await givenUser('c'), other)
    const { instanceId } = other.host
    const Tags = [{ Key: 'env', Value: 'prod' }]
    await plane.root.done('CreateTags', { Resources: [instanceId], Tags })
    await until(() => wasEnded(sessionId, other))
    await other.close()
  })

  it('… of an instance that has the tag, whoever pushed', async () => {
    const other = await connectAgent(
      plane,
      await enrolHost(plane, { env: 'dev', [END_ON_WITHDRAWAL_TAG]: 'true' }),
    )
    const sessionId = await login(await givenUser('d', []), other)
    await plane.root.done('DeleteUserPolicy', { UserName: 'd', PolicyName: 'p' })
    await until(() => wasEnded(sessionId, other))
    await other.close()
  })

  it('… of a role that is denied it by all that its sessions may have', async () => {
    const { Account } = await plane.root.done('GetCallerIdentity', {})
    const trust = trusting(`arn:aws:iam::${Account}:root`)
    const role = await givenRole(plane, { trust, policy: PUSH_TO_DEV })
    const member = await plane.user('member', {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: '*',
    })
    await plane.root.done('TagRole', { RoleName: role.name, Tags: TAG })
    const sessionId = await login(await assume(plane, member, role))
    await plane.root.done('DeleteRolePolicy', { RoleName: role.name, PolicyName: 'p' })
    await until(() => wasEnded(sessionId))
  })

  it('ends nothing where no tag says so, nor where the right stands, nor for a key that is deactivated', async () => {
    const untagged = await login(await givenUser('e', []))
    await plane.root.done('DeleteUserPolicy', { UserName: 'e', PolicyName: 'p' })
    await assertStays(untagged)
    const client = await givenUser('f')
    const allowed = await login(client)
    await plane.root.done('UpdateAccessKey', {
      UserName: 'f',
      AccessKeyId: client.accessKeyId,
      Status: 'Inactive',
    })
    await assertStays(allowed)
  })

  it('ends nothing that only the moment decides (a laptop that moves would be logged out)', async () => {
    const client = await givenUser('g')
    const sessionId = await login(client)
    await plane.root.done('PutUserPolicy', {
      UserName: 'g',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          ...PUSH_TO_DEV,
          Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
        },
      }),
    })
    await assertStays(sessionId)
  })

  it('asks a host again that could not be asked', async () => {
    const away = await enrolHost(plane, { env: 'dev' })
    const first = await connectAgent(plane, away)
    const sessionId = await login(await givenUser('h'), first)
    await first.close()
    await plane.root.done('DeleteUserPolicy', { UserName: 'h', PolicyName: 'p' })
    await until(() => plane.log().includes('its right was withdrawn'))
    const second = await connectAgent(plane, away)
    await until(() => wasEnded(sessionId, second))
    await second.close()
  })

  it('ends those of other hosts while one does not answer (it would let all others stay)', async () => {
    const silence = Promise.withResolvers<never>()
    const silent = await connectAgent(plane, await enrolHost(plane, { env: 'dev' }), {
      endSession: () => silence.promise,
    })
    const goesOn = await login(await givenUser('k'), silent)
    const other = await login(await givenUser('l'))
    await plane.root.done('DeleteUserPolicy', { UserName: 'k', PolicyName: 'p' })
    await until(() => wasEnded(goesOn, silent))
    await plane.root.done('DeleteUserPolicy', { UserName: 'l', PolicyName: 'p' })
    await until(() => wasEnded(other))
    const isGivenUp = plane
      .log()
      .split('\n')
      .some((line) => line.includes(goesOn) && line.includes('goes on'))
    assert.ok(!isGivenUp)
    await silent.close()
  })

  it('records each end, also where a host took the id of another’s session (that one would be ended unrecorded)', async () => {
    const other = await connectAgent(plane, await enrolHost(plane, { env: 'dev' }))
    const sessionId = await login(await givenUser('i'), other)
    await plane.root.done('DeleteUserPolicy', { UserName: 'i', PolicyName: 'p' })
    await until(() => wasEnded(sessionId, other))
    await login(await givenUser('j'), agent, sessionId)
    await plane.root.done('DeleteUserPolicy', { UserName: 'j', PolicyName: 'p' })
    await until(() => wasEnded(sessionId))
    const recorded = plane
      .trail()
      .filter(({ eventName }) => eventName === 'EndSSHSessions')
      .filter(({ event }) => event.additionalEventData['sessionId'] === sessionId)
      .map(({ event }) => event.additionalEventData['instanceId'])
    assert.deepEqual(recorded, [other.host.instanceId, agent.host.instanceId])
    await other.close()
  })
})
