import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { SessionStarted } from '@fleetkey/wire/agent/session-receipts'
import type { ApiClient } from '../../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../../testing/control-plane.ts'
import { connectAgent, enrolHost, FACTS, type FakeAgent } from '../../testing/fake-agent.ts'
import { push, PUSH_TO_DEV } from '../../testing/push.ts'

const AT = Date.UTC(2026, 0, 1)
const FINGERPRINT = 'SHA256:GA0rEdjlOmfDJVxxuX3LZ7Y5pgwBWhQXlBIiiP/7YfI'

let plane: ControlPlane
let dev: FakeAgent
let prod: FakeAgent
let ann: ApiClient
let bob: ApiClient
let count = 0
before(async () => {
  plane = await startControlPlane()
  ;[dev, prod] = await Promise.all([
    connectAgent(plane, await enrolHost(plane, { env: 'dev', Name: 'web-1' })),
    connectAgent(plane, await enrolHost(plane, { env: 'prod' })),
  ])
  ann = await plane.user('ann', PUSH_TO_DEV)
  bob = await plane.user('bob', PUSH_TO_DEV)
})
after(async () => {
  await dev.close()
  await prod.close()
  await plane.close()
})

/** Somebody logs in; with a client, by a key that they pushed. */
async function login(
  agent: FakeAgent,
  { by, ...change }: { readonly by?: ApiClient } & Partial<SessionStarted> = {},
): Promise<string> {
  const sessionId = change.sessionId ?? `s-${String(++count).padStart(17, '0')}`
  let grant = {}
  if (by !== undefined) {
    const { body } = await push(by, agent.host.instanceId)
    const pushed = plane.trail().find((one) => one.requestId === body.RequestId)
    const fingerprint = String(pushed?.event.additionalEventData['fingerprint'])
    grant = { grantId: String(body.RequestId).replaceAll('-', ''), fingerprint }
  }
  const started = {
    receiptId: `r-${count}`,
    at: AT + count * 1000,
    kind: 'session-started',
    sessionId,
    osUser: 'ec2-user',
    method: 'publickey',
    fingerprint: FINGERPRINT,
    address: '192.0.2.9',
    port: 50_000,
    pid: count,
    seenBy: 'pam',
    ...grant,
    ...change,
  } as const
  await told(agent, started)
  return sessionId
}

async function told(agent: FakeAgent, receipt: Parameters<FakeAgent['say']>[0] | object) {
  const before = agent.told.length
  agent.say({ kind: 'receipts', receipts: [receipt as SessionStarted] })
  while (!agent.told.slice(before).some(({ kind }) => kind === 'stored')) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

const ended = (agent: FakeAgent, sessionId: string) =>
  told(agent, {
    receiptId: `end of ${sessionId}`,
    at: AT + 1e6,
    kind: 'session-ended',
    sessionId,
    osUser: 'ec2-user',
    ending: 'closed',
  })

interface Shown {
  readonly SessionId: string
  readonly State: string
  readonly Result: string
  readonly Says: string
}
const idsIn = ({ Sessions }: { readonly Sessions: readonly Shown[] }) =>
  Sessions.map(({ SessionId }) => SessionId)
const list = async (client: ApiClient, query: object = {}) =>
  idsIn(await client.done('ListSSHSessions', { MaxResults: 200, ...query }))
const end = async (client: ApiClient, query: object) => {
  const { Sessions } = await client.done('EndSSHSessions', query)
  return Object.fromEntries((Sessions as Shown[]).map((one) => [one.SessionId, one.Result]))
}
const wasAsked = (agent: FakeAgent, sessionId: string) =>
  agent.told.some((one) => one.kind === 'end-session' && one.sessionId === sessionId)

describe('ListSSHSessions', () => {
  it('shows people their own, administrators all, and those who may ask about some instances these', async () => {
    const own = await login(dev, { by: ann })
    const others = await login(dev, { by: bob })
    const foreign = await login(prod)
    const watcher = await plane.user('watcher', {
      Effect: 'Allow',
      Action: 'fleetkey:ListSSHSessions',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/env': 'prod' } },
    })
    assert.deepEqual(await list(ann), [own])
    assert.deepEqual(await list(ann, { Mine: true }), [own])
    assert.deepEqual(await list(bob), [others])
    assert.deepEqual(await list(watcher), [foreign])
    assert.deepEqual(await list(plane.root), [foreign, others, own])
    assert.deepEqual(await list(plane.root, { Mine: true }), [])
  })

  it('refuses who asks about an instance that they may not ask about, but for their own there', async () => {
    const own = await login(dev, { by: ann })
    const { instanceId: InstanceId } = dev.host
    assert.equal((await ann.call('ListSSHSessions', { InstanceId })).code, 'AccessDeniedException')
    assert.equal((await list(ann, { InstanceId, Mine: true }))[0], own)
  })

  it("hides people's own too from them where a policy denies it", async () => {
    const carl = await plane.user('carl', PUSH_TO_DEV)
    await login(dev, { by: carl })
    assert.equal((await list(carl)).length, 1)
    await plane.root.done('PutUserPolicy', {
      UserName: 'carl',
      PolicyName: 'blind',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: 'fleetkey:*SSHSession*',
          Resource: `arn:aws:ec2:*:*:instance/${dev.host.instanceId}`,
        },
      }),
    })
    assert.deepEqual(await list(carl), [])
  })

  it('finds by person, instance, tag, account, time and state, in pages', async () => {
    const dora = await plane.user('dora', PUSH_TO_DEV)
    const first = await login(dev, { by: dora })
    const second = await login(dev, { by: dora })
    await ended(dev, first)
    const { Arn } = await dora.done('GetCallerIdentity', {})
    const { root } = plane
    const both = [second, first]
    assert.deepEqual(await list(root, { UserName: 'dora' }), both)
    assert.deepEqual(await list(root, { PrincipalArn: Arn }), both)
    assert.deepEqual(await list(root, { UserName: 'dora', State: 'ended' }), [first])
    assert.deepEqual(await list(root, { UserName: 'dora', State: 'active' }), [second])
    assert.deepEqual(await list(root, { UserName: 'dora', InstanceOSUser: 'deploy' }), [])
    const Tags = (Value?: string) => [{ Key: 'env', ...(Value === undefined ? {} : { Value }) }]
    assert.deepEqual(await list(root, { UserName: 'dora', Tags: Tags('dev') }), both)
    assert.deepEqual(await list(root, { UserName: 'dora', Tags: Tags() }), both)
    assert.deepEqual(await list(root, { UserName: 'dora', Tags: Tags('prod') }), [])
    assert.deepEqual(await list(root, { UserName: 'dora', EndTime: AT / 1000 }), [])
    const query = { UserName: 'dora', MaxResults: 1 }
    const page = await root.done('ListSSHSessions', query)
    assert.deepEqual(idsIn(page), [second])
    const { NextToken } = page
    assert.deepEqual(idsIn(await root.done('ListSSHSessions', { ...query, NextToken })), [first])
  })

  it('never says that a session has ended because its agent is gone', async () => {
    const host = await enrolHost(plane)
    const agent = await connectAgent(plane, host)
    const sessionId = await login(agent)
    const shown = async () =>
      (await plane.root.done('GetSSHSession', { SessionId: sessionId })).Session
    assert.equal((await shown()).State, 'active')
    await agent.close()
    while ((await shown()).State === 'active')
      await new Promise((resolve) => setTimeout(resolve, 2))
    const { State, UnknownSince } = await shown()
    assert.equal(State, 'unknown')
    assert.ok(UnknownSince > 0)
    const { instanceId: InstanceId } = host
    assert.deepEqual(await list(plane.root, { InstanceId, State: 'active' }), [sessionId])
    await plane.root.done('ForgetInstance', { InstanceId })
    assert.deepEqual(await list(plane.root, { InstanceId, State: 'active' }), [])
    assert.deepEqual(await list(plane.root, { InstanceId }), [sessionId])
  })
})

describe('GetSSHSession', () => {
  it('tells of the login, who pushed its key, and why it is explained or is not', async () => {
    const sessionId = await login(dev, { by: ann })
    const { Session } = await ann.done('GetSSHSession', { SessionId: sessionId })
    assert.equal(Session.UserName, 'ann')
    assert.equal(Session.Explained, 'grant')
    assert.equal(Session.InstanceName, 'web-1')
    assert.equal(Session.SourceAddress, '192.0.2.9')
    assert.equal(
      (await bob.call('GetSSHSession', { SessionId: sessionId })).code,
      'AccessDeniedException',
    )
    const other = await login(dev)
    const unexplained = await plane.root.done('GetSSHSession', { SessionId: other })
    assert.equal(unexplained.Session.Explained, 'unknown')
  })

  it('does not tell who may not ask whether there is such a session', async () => {
    const query = { SessionId: `s-${'f'.repeat(17)}` }
    assert.equal((await bob.call('GetSSHSession', query)).code, 'AccessDeniedException')
    const { status, code } = await plane.root.call('GetSSHSession', query)
    assert.deepEqual([status, code], [404, 'SSHSessionNotFoundException'])
  })
})

describe('EndSSHSessions', () => {
  it("has the host end people's own, by id and all of them, without any policy", async () => {
    const erna = await plane.user('erna', PUSH_TO_DEV)
    const [one, two] = [await login(dev, { by: erna }), await login(dev, { by: erna })]
    assert.deepEqual(await end(erna, { SessionIds: [one] }), { [one]: 'ended' })
    assert.ok(wasAsked(dev, one) && !wasAsked(dev, two))
    await ended(dev, one)
    assert.deepEqual(await end(erna, { Mine: true }), { [two]: 'ended' })
    assert.deepEqual(await end(erna, { SessionIds: [one] }), { [one]: 'ended' })
  })

  it('does not end what others began without the action on its instance, nor anything beside it', async () => {
    const own = await login(dev, { by: ann })
    const others = await login(dev, { by: bob })
    for (const query of [
      { SessionIds: [others] },
      { SessionIds: [own, others] },
      { UserName: 'bob' },
      { InstanceId: dev.host.instanceId },
      { Tags: [{ Key: 'env' }] },
      { InstanceOSUser: 'nobody-there' },
    ]) {
      const answer = await ann.call('EndSSHSessions', query)
      assert.equal(answer.code, 'AccessDeniedException', JSON.stringify(query))
    }
    assert.ok(!wasAsked(dev, own) && !wasAsked(dev, others))
    const guard = await plane.user('guard', {
      Effect: 'Allow',
      Action: 'fleetkey:EndSSHSessions',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
    })
    const ended = await end(guard, { UserName: 'bob' })
    assert.equal(ended[others], 'ended')
    const foreign = await login(prod)
    const refused = await guard.call('EndSSHSessions', { SessionIds: [others, foreign] })
    assert.equal(refused.code, 'AccessDeniedException')
    assert.ok(!wasAsked(prod, foreign))
  })

  it('goes by id past what another host tells of that id (it would come between people and their own)', async () => {
    const own = await login(dev, { by: ann })
    await login(prod, { sessionId: own, osUser: 'mallory' })
    const { Session } = await ann.done('GetSSHSession', { SessionId: own })
    assert.deepEqual([Session.InstanceId, Session.UserName], [dev.host.instanceId, 'ann'])
    const { code, text } = await plane.root.call('GetSSHSession', { SessionId: own })
    assert.equal(code, 'ValidationException')
    for (const { host } of [dev, prod]) assert.ok(text.includes(host.instanceId))
    assert.deepEqual(await end(ann, { SessionIds: [own] }), { [own]: 'ended' })
    assert.ok(wasAsked(dev, own) && !wasAsked(prod, own))
    assert.equal((await bob.call('EndSSHSessions', { SessionIds: [own] })).status, 400)
    await plane.root.done('EndSSHSessions', { SessionIds: [own] })
    assert.ok(wasAsked(prod, own))
  })

  it('says with DryRun which they are, and ends none', async () => {
    const sessionId = await login(prod)
    const query = { InstanceId: prod.host.instanceId, DryRun: true }
    const results = await end(plane.root, query)
    assert.equal(results[sessionId], 'would-end')
    assert.ok(!wasAsked(prod, sessionId))
  })

  it('says which they are also of more than are ended in one call (who opens many would be let stay)', async () => {
    const rows = Array.from({ length: 501 }, (_, at) => ({
      sessionId: `s-c${String(at).padStart(16, '0')}`,
      instanceId: prod.host.instanceId,
      osUser: 'crowd',
      method: 'password' as const,
      seenBy: 'pam' as const,
      pid: 7,
      startedAt: AT,
    }))
    await Promise.all(rows.map((row) => plane.store.sshSessions.start(row)))
    const query = { InstanceOSUser: 'crowd' }
    const refused = await plane.root.call('EndSSHSessions', query)
    assert.equal(refused.code, 'LimitExceeded')
    assert.match(refused.message, /ask with DryRun which they are/)
    const results = await end(plane.root, { ...query, DryRun: true })
    assert.equal(Object.keys(results).length, rows.length)
  })

  it('says of each what became of it', async () => {
    const results = new Map<string, string>()
    const gone = await connectAgent(plane, await enrolHost(plane))
    const old = await connectAgent(plane, await enrolHost(plane), {
      facts: { ...FACTS, abilities: [] },
    })
    const stubborn = await connectAgent(plane, await enrolHost(plane), {
      endSession: ({ exchange }) => ({
        kind: 'session-ending',
        exchange,
        ended: false,
        says: 'Something goes on.',
      }),
    })
    const agents = [gone, old, stubborn]
    const ids = await Promise.all(agents.map((agent) => login(agent)))
    await gone.close()
    const unknown = `s-${'e'.repeat(17)}`
    const { Sessions } = await plane.root.done('EndSSHSessions', { SessionIds: [...ids, unknown] })
    for (const { SessionId, Result } of Sessions as Shown[]) results.set(SessionId, Result)
    assert.deepEqual(
      [...ids, unknown].map((id) => results.get(id)),
      ['unreachable', 'not-ended', 'not-ended', 'not-found'],
    )
    await old.close()
    await stubborn.close()
  })

  it('wants to be told which are meant, and in one way', async () => {
    const SessionIds = [`s-${'0'.repeat(17)}`]
    for (const query of [
      {},
      { DryRun: true },
      { SessionIds, Mine: true },
      { SessionIds: ['all'] },
    ]) {
      const answer = await plane.root.call('EndSSHSessions', query)
      assert.equal(answer.code, 'ValidationException', JSON.stringify(query))
    }
  })
})
