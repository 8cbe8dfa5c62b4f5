import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { END_ON_WITHDRAWAL_TAG } from '@fleetkey/domain/ssh-session'
import type { SessionReceipt } from '@fleetkey/wire/agent/session-receipts'
import type { Store } from '../store/store.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import { push, PUSH_TO_DEV } from '../testing/push.ts'
import { until } from '../testing/until.ts'
import { createPushesToHosts, type PushesToHosts } from './pushes-to-hosts.ts'
import { createSessionRecorder, type SessionRecorder } from './record-sessions.ts'

const FINGERPRINT = 'SHA256:'
const AT = Date.UTC(2026, 0, 1)
let count = 0
const sessionId = () => `s-${String(count++).padStart(17, '0')}`

let plane: ControlPlane
let agent: FakeAgent
let instanceId = ''
before(async () => {
  plane = await startControlPlane({ withdrawalEveryMs: 10 })
  const host = await enrolHost(plane, { env: 'dev' })
  instanceId = host.instanceId
  agent = await connectAgent(plane, host)
})
after(async () => {
  await agent.close()
  await plane.close()
})

function login(change: Partial<Extract<SessionReceipt, { kind: 'session-started' }>> = {}) {
  return {
    receiptId: `r-${count}`,
    at: AT,
    kind: 'session-started',
    sessionId: sessionId(),
    osUser: 'ec2-user',
    method: 'publickey',
    fingerprint: FINGERPRINT,
    address: '192.0.2.9',
    port: 50_000,
    pid: 7,
    seenBy: 'pam',
    ...change,
  } as const
}

/** Says them, and waits until the server has them all. */
async function told(by: FakeAgent, ...receipts: readonly SessionReceipt[]) {
  const before = by.told.length
  by.say({ kind: 'receipts', receipts })
  while (!by.told.slice(before).some(({ kind }) => kind === 'stored')) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

const recordsOf = (id: string) =>
  plane.trail().filter(({ event }) => event.additionalEventData['sessionId'] === id)

describe('what a host tells of logins', () => {
  it('is put down to whoever pushed the key, in the trail and in the list of sessions', async () => {
    const { RequestId } = (await push(plane.root, instanceId)).body
    const grantId = agent.grants().at(-1)?.grantId ?? ''
    const [pushed] = plane.trail().filter((record) => record.requestId === RequestId)
    const fingerprint = String(pushed?.event.additionalEventData['fingerprint'])
    const started = login({ grantId, fingerprint })
    await told(agent, started)
    const [record] = recordsOf(started.sessionId)
    assert.equal(record?.eventName, 'SessionStarted')
    assert.equal(record?.requestId, RequestId)
    assert.equal(record?.event.sourceIPAddress, '192.0.2.9')
    const row = await plane.store.sshSessions.get({ ...started, instanceId })
    assert.equal(row?.grant?.requestId, RequestId)
    assert.equal(row?.grant?.userName, 'root')
  })

  it('is not believed about the grants of another key, account or instance (logins could be put down to anybody)', async () => {
    await push(plane.root, instanceId)
    const grantId = agent.grants().at(-1)?.grantId ?? ''
    const [pushed] = plane.trail().filter((one) => one.requestId.replaceAll('-', '') === grantId)
    const fingerprint = String(pushed?.event.additionalEventData['fingerprint'])
    const other = await connectAgent(plane, await enrolHost(plane))
    const lies = [
      { by: agent, receipt: login({ grantId }) },
      { by: agent, receipt: login({ grantId, fingerprint, osUser: 'root' }) },
      { by: agent, receipt: login({ grantId: 'f'.repeat(32), fingerprint }) },
      { by: other, receipt: login({ grantId, fingerprint }) },
    ]
    for (const { by, receipt } of lies) {
      await told(by, receipt)
      const row = await plane.store.sshSessions.get({ ...receipt, ...by.host })
      assert.equal(row?.grant, undefined)
      assert.notEqual(recordsOf(receipt.sessionId)[0]?.requestId, pushed?.requestId)
    }
    await other.close()
  })

  it('is recorded once, however often it is told', async () => {
    const started = login()
    const unexplained = {
      ...started,
      kind: 'login-unexplained',
      cause: 'other-key',
      alarm: true,
    } as const
    const ended = { ...started, at: AT + 5, kind: 'session-ended', ending: 'closed' } as const
    await told(agent, started, unexplained, ended)
    await told(agent, started, unexplained, ended)
    assert.deepEqual(
      recordsOf(started.sessionId).map((record) => record.eventName),
      ['SessionStarted', 'LoginUnexplained', 'SessionEnded'],
    )
    const row = await plane.store.sshSessions.get({ ...started, instanceId })
    assert.equal(row?.unexplained, 'other-key')
    assert.deepEqual(row?.end, { kind: 'closed', at: AT + 5 })
  })

  it('of a session of another host changes nothing there (a host could hide what happens on another)', async () => {
    const started = login()
    await told(agent, started)
    const other = await connectAgent(plane, await enrolHost(plane))
    await told(
      other,
      { ...started, osUser: 'mallory' },
      { ...started, kind: 'session-ended', ending: 'closed' },
    )
    const row = await plane.store.sshSessions.get({ ...started, instanceId })
    assert.equal(row?.osUser, 'ec2-user')
    assert.equal(row?.end, undefined)
    await other.close()
  })

  it('is on record and on the list also when another host took its id before (it could hide a login of this one)', async () => {
    const started = login()
    const thief = await connectAgent(plane, await enrolHost(plane))
    await told(thief, started)
    await told(agent, { ...started, osUser: 'root' })
    const row = await plane.store.sshSessions.get({ ...started, instanceId })
    assert.equal(row?.osUser, 'root')
    const names = recordsOf(started.sessionId).map(({ event }) => [
      event.eventName,
      event.additionalEventData['instanceId'],
    ])
    assert.deepEqual(names, [
      ['SessionStarted', thief.host.instanceId],
      ['SessionStarted', instanceId],
    ])
    await thief.close()
  })

  it('is an alarm in the log of the server when no grant explains it, unless the host says otherwise', async () => {
    const started = login()
    const quiet = login()
    const unexplained = { kind: 'login-unexplained', cause: 'other-method' } as const
    await told(agent, started, { ...started, ...unexplained, alarm: true })
    await told(agent, quiet, { ...quiet, ...unexplained, alarm: false })
    const levelOf = (id: string) =>
      plane
        .log()
        .split('\n')
        .filter((line) => line.includes(id) && line.includes('no grant explains'))
        .map((line) => (JSON.parse(line) as { level: number }).level)
    assert.deepEqual([levelOf(started.sessionId), levelOf(quiet.sessionId)], [[40], [30]])
  })

  it('is an alarm when somebody forges log lines', async () => {
    await told(agent, {
      receiptId: 'forged',
      at: AT,
      kind: 'log-tampered',
      lines: 3,
      uid: 1001,
      program: 'logger',
    })
    const record = plane.trail().find(({ eventName }) => eventName === 'LogTampered')
    assert.equal(record?.event.additionalEventData['uid'], 1001)
    assert.ok(plane.log().includes("in sshd's name"))
  })
})

describe('a host that has told as much as may be recorded of it', () => {
  function whoHasToldAll(pushes: PushesToHosts, store: Store = plane.store) {
    const recorded: (readonly [name: string, sessionId: unknown])[] = []
    const leftOut: string[] = []
    const recorder: SessionRecorder = createSessionRecorder({
      store,
      trail: {
        async once(_instanceId, _id, { eventName, facts }) {
          recorded.push([eventName, facts['sessionId']])
          return 'recorded'
        },
      },
      pushes,
      budgets: {
        take(_instanceId, budget, name) {
          leftOut.push(`${budget}: ${name}`)
          return undefined
        },
        notListed: () => leftOut.push('not listed'),
      },
      log: { info: () => undefined, warn: () => undefined },
    })
    return { recorder, recorded, leftOut }
  }

  it('has its pushes and what is of sessions on the list recorded all the same, and nothing else', async () => {
    const { RequestId } = (await push(plane.root, instanceId)).body
    const grantId = agent.grants().at(-1)?.grantId ?? ''
    const pushed = plane.trail().find((one) => one.requestId === RequestId)
    const fingerprint = String(pushed?.event.additionalEventData['fingerprint'])
    const listed = login()
    await told(agent, listed)

    const pushes = createPushesToHosts(plane.store, () => Date.now())
    const { recorder, recorded, leftOut } = whoHasToldAll(pushes)
    const say = (...receipts: readonly SessionReceipt[]) => recorder.record(instanceId, receipts)
    const end = { at: AT + 5, kind: 'session-ended', ending: 'closed' } as const
    const unexplained = { kind: 'login-unexplained', cause: 'other-method', alarm: true } as const

    const ofPush = login({ grantId, fingerprint })
    const other = login()
    const unlisted = login()
    await say(ofPush, other)
    for (let again = 0; again < 3; again++) {
      await say({ ...listed, ...unexplained }, { ...ofPush, ...unexplained })
      await say({ ...listed, ...end }, { ...ofPush, ...end }, { ...unlisted, ...end })
    }
    await say({ kind: 'log-tampered', receiptId: 'f', at: AT, lines: 1, uid: 1, program: 'logger' })
    const known = await pushes.find(instanceId, grantId)
    while (known?.take() !== undefined);
    // Not out of the alarms' own: whoever may push logs in until none is left, and then in another way.
    await say(login({ grantId, fingerprint }))
    assert.deepEqual(recorded, [
      ['SessionStarted', ofPush.sessionId],
      ['LoginUnexplained', listed.sessionId],
      ['SessionEnded', listed.sessionId],
      ['SessionEnded', ofPush.sessionId],
    ])
    const counts = Object.groupBy(leftOut, (name) => name)
    assert.deepEqual(
      Object.entries(counts).map(([name, all]) => [name, all?.length]),
      [
        ['logins: SessionStarted', 1],
        ['logins: LoginUnexplained', 3],
        ['pushes: SessionEnded', 3],
        ['reports: LogTampered', 1],
        ['pushes: SessionStarted', 1],
      ],
    )
  })

  it('has its sessions on the list while they are open, and there it says that they are not recorded (who is let in unseen could not be put out)', async () => {
    const eve = await plane.user('eve', PUSH_TO_DEV)
    const Tags = [{ Key: END_ON_WITHDRAWAL_TAG, Value: 'true' }]
    await plane.root.done('TagUser', { UserName: 'eve', Tags })
    const { RequestId } = (await push(eve, instanceId)).body
    const grantId = agent.grants().at(-1)?.grantId ?? ''
    const pushed = plane.trail().find((one) => one.requestId === RequestId)
    const fingerprint = String(pushed?.event.additionalEventData['fingerprint'])
    const pushes = createPushesToHosts(plane.store, () => Date.now())
    const known = await pushes.find(instanceId, grantId)
    while (known?.take() !== undefined);

    const { recorder, recorded, leftOut } = whoHasToldAll(pushes)
    const say = (...receipts: readonly SessionReceipt[]) => recorder.record(instanceId, receipts)
    const own = login({ grantId, fingerprint })
    const other = login({ method: 'password' })
    const unexplained = { kind: 'login-unexplained', cause: 'other-method', alarm: true } as const
    await say(own, other, { ...other, ...unexplained })
    const listed = async (State: string) => {
      const query = { InstanceId: instanceId, State }
      const { Sessions } = await plane.root.done('ListSSHSessions', query)
      return (Sessions as Record<string, unknown>[])
        .map((one) => ['SessionId', 'UserName', 'Explained', 'Recorded'].map((name) => one[name]))
        .filter(([id]) => id === own.sessionId || id === other.sessionId)
    }
    const shownOwn = [own.sessionId, 'eve', 'grant', false]
    const shownOther = [other.sessionId, undefined, 'no', false]
    assert.deepEqual(new Set(await listed('active')), new Set([shownOwn, shownOther]))
    await plane.root.done('DeleteUserPolicy', { UserName: 'eve', PolicyName: 'p' })
    const isAsked = (sessionId: string) =>
      agent.told.some((one) => one.kind === 'end-session' && one.sessionId === sessionId)
    await until(() => isAsked(own.sessionId))
    // One record for all of them there: what a host makes up beyond what is recorded must not be recorded after all.
    const announced = plane.trail().filter(({ eventName }) => eventName === 'EndSSHSessions')
    assert.deepEqual(
      announced.map(({ event }) => [
        event.requestParameters?.['sessionIds'],
        event.additionalEventData['sessions'],
      ]),
      [[[own.sessionId], 1]],
    )
    await plane.root.done('EndSSHSessions', { InstanceId: instanceId })
    assert.ok(isAsked(other.sessionId))
    const end = { at: AT + 5, kind: 'session-ended', ending: 'ended' } as const
    await say({ ...own, ...end }, { ...other, ...end })
    assert.deepEqual(await listed('active'), [])
    assert.equal((await listed('ended')).length, 2)
    assert.deepEqual(recorded, [])
    assert.deepEqual(leftOut.toSorted(), [
      'logins: LoginUnexplained',
      'logins: SessionStarted',
      'pushes: SessionEnded',
      'pushes: SessionEnded',
      'pushes: SessionStarted',
    ])
  })

  it('is said to have more open than are listed of one host, where there is no room', async () => {
    const sshSessions = { get: async () => undefined, start: async () => 'no room' }
    const { recorder, leftOut } = whoHasToldAll(
      createPushesToHosts(plane.store, () => Date.now()),
      { ...plane.store, sshSessions: sshSessions as never },
    )
    await recorder.record(instanceId, [login()])
    assert.deepEqual(leftOut, ['logins: SessionStarted', 'not listed'])
  })
})
