import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { grantIdOf } from '@fleetkey/domain/grant'
import type { OfferReceipt } from '@fleetkey/wire/agent/receipts'
import type { SessionReceipt } from '@fleetkey/wire/agent/session-receipts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import { push } from '../testing/push.ts'
import { until } from '../testing/until.ts'
import { spending } from './allowance.ts'
import { createHostBudgets } from './host-budgets.ts'
import type { Act } from './trail.ts'

const AT = Date.UTC(2026, 0, 1)

/** Budgets with a clock that stands, and a trail that can be full. */
function given({ toldEachMs = 60_000 } = {}) {
  const clock = { now: AT, isFull: false }
  const told: Act['facts'][] = []
  const budgets = createHostBudgets({
    trail: {
      async complete(_instanceId, { facts }) {
        if (clock.isFull) throw new Error('disk full')
        told.push(facts)
      },
    },
    now: () => clock.now,
    log: { warn: () => undefined },
    toldEachMs,
  })
  const admitted = (count: number, host = 'i-1') =>
    Array.from({ length: count }).filter(() => budgets.take(host, 'offers', 'KeyOffered')).length
  return { clock, told, budgets, admitted }
}

const leftOutOf = (facts: Act['facts'] | undefined) => facts?.['leftOut']

describe('what a host may have recorded', () => {
  it('is so much at once, then one in so many seconds, of each host for itself', () => {
    const { clock, admitted } = given()
    assert.equal(admitted(1000), 60)
    assert.equal(admitted(10, 'i-2'), 10)
    clock.now += 60_000
    assert.equal(admitted(1000), 6)
    clock.now += 86_400_000
    assert.equal(admitted(1000), 60)
  })

  it('is no more when the clock is set back', () => {
    const { clock, admitted } = given()
    assert.equal(admitted(1000), 60)
    clock.now -= 86_400_000
    assert.equal(admitted(1000), 0)
    clock.now += 10_000
    assert.equal(admitted(1000), 1)
  })

  it('is not used up by what the trail could not take (a host tells it again when the disk is back)', async () => {
    const { budgets, admitted } = given()
    const full = () => Promise.reject(new Error('disk full'))
    for (let again = 0; again < 100; again++) {
      const spent = budgets.take('i-1', 'offers', 'KeyOffered')
      assert.ok(spent)
      // oxlint-disable-next-line no-await-in-loop -- again and again
      await assert.rejects(spending(spent, full))
    }
    assert.equal(admitted(1000), 60)
  })

  it('leaves logins their own when keys at the door, or logins with pushed keys, are many (who makes them would hide an alarm)', () => {
    const { admitted, budgets } = given()
    admitted(1000)
    assert.ok(budgets.take('i-1', 'logins', 'LoginUnexplained'))
    assert.ok(budgets.take('i-1', 'reports', 'LogTampered'))
    while (budgets.take('i-1', 'pushes', 'SessionStarted') !== undefined);
    assert.ok(budgets.take('i-1', 'logins', 'LoginUnexplained'))
  })

  it('is told when it is over, and what was left out since, in one record', async () => {
    const { clock, told, budgets, admitted } = given()
    admitted(61)
    await until(() => told.length === 1)
    clock.now += 5000
    admitted(400)
    await budgets.stop()
    assert.deepEqual(told, [
      {
        leftOut: { KeyOffered: 1 },
        says: 'The host told of more than is recorded of one host. Left out: 1 KeyOffered.',
        since: '2026-01-01T00:00:00.000Z',
        until: '2026-01-01T00:00:00.000Z',
      },
      {
        leftOut: { KeyOffered: 400 },
        says: 'The host told of more than is recorded of one host. Left out: 400 KeyOffered.',
        since: '2026-01-01T00:00:00.000Z',
        until: '2026-01-01T00:00:05.000Z',
      },
    ])
  })

  it('is told with the sessions that are not on the list, of which nothing else tells', async () => {
    const { told, budgets, admitted } = given()
    for (let count = 0; count < 3; count++) budgets.notListed('i-1')
    admitted(62)
    await budgets.stop()
    const list = (count: number) =>
      `More sessions are open there, as the host tells, than are listed of one host: ${count} of them are not on the list of sessions, and nothing ends them but what is done on the host.`
    assert.deepEqual(
      told.map(({ leftOut, notListed, says }) => ({ leftOut, notListed, says })),
      [
        { leftOut: {}, notListed: 1, says: list(1) },
        {
          leftOut: { KeyOffered: 2 },
          notListed: 2,
          says: `The host told of more than is recorded of one host. Left out: 2 KeyOffered. ${list(2)}`,
        },
      ],
    )
  })

  it('is told again and again while it goes on, and no more when it is over', async () => {
    const { told, budgets, admitted } = given({ toldEachMs: 1 })
    admitted(62)
    await until(() => told.length === 2)
    assert.deepEqual(told.map(leftOutOf), [{ KeyOffered: 1 }, { KeyOffered: 1 }])
    admitted(5)
    await until(() => told.length === 3)
    await budgets.stop()
    assert.deepEqual(leftOutOf(told[2]), { KeyOffered: 5 })
    assert.equal(told.length, 3)
  })

  it('loses no count while the trail cannot be written', async () => {
    const { clock, told, budgets, admitted } = given({ toldEachMs: 1 })
    clock.isFull = true
    admitted(62)
    await new Promise((resolve) => setImmediate(resolve))
    admitted(8)
    clock.isFull = false
    await until(() => told.length > 0)
    await budgets.stop()
    const sum = told.map((facts) => (leftOutOf(facts) as { KeyOffered: number }).KeyOffered)
    assert.equal(
      sum.reduce((one, other) => one + other),
      10,
    )
  })
})

describe('a host that tells without end', () => {
  let plane: ControlPlane
  let agent: FakeAgent
  let other: FakeAgent
  before(async () => {
    plane = await startControlPlane()
    agent = await connectAgent(plane, await enrolHost(plane))
    other = await connectAgent(plane, await enrolHost(plane))
  })
  after(async () => {
    await agent.close()
    await other.close()
    await plane.close()
  })

  let count = 0
  const offer = (grantId?: string): OfferReceipt => ({
    receiptId: `o-${count++}`,
    at: AT,
    kind: 'offered',
    osUser: 'ec2-user',
    fingerprint: 'SHA256:x',
    ...(grantId === undefined ? {} : { grantId }),
  })
  /** All of them answered: the host may forget them. */
  async function told(by: FakeAgent, receipts: readonly (OfferReceipt | SessionReceipt)[]) {
    const stored = () =>
      new Set(by.told.flatMap((one) => (one.kind === 'stored' ? one.receiptIds : [])))
    for (let at = 0; at < receipts.length; at += 50) {
      by.say({ kind: 'receipts', receipts: receipts.slice(at, at + 50) })
    }
    await until(() => {
      const known = stored()
      return receipts.every(({ receiptId }) => known.has(receiptId))
    })
  }
  const named = async (eventName: string, { host }: FakeAgent, limit = 10_000) =>
    plane.store.trail.lookup({ eventName, resource: host.instanceId, limit })
  const leftOut = async (of: FakeAgent) =>
    (await named('ReceiptsLeftOut', of)).map(
      ({ record }) => JSON.parse(record).additionalEventData.leftOut,
    )
  const pushTo = async ({ host }: FakeAgent): Promise<string> =>
    (await push(plane.root, host.instanceId)).body.RequestId

  it('fills no trail with keys at its door, and what is of pushes is recorded all the same', async () => {
    const begun = Date.now()
    await told(
      agent,
      Array.from({ length: 2000 }, () => offer()),
    )
    const most = 60 + Math.ceil((Date.now() - begun) / 10_000)
    const recorded = (await named('KeyOffered', agent)).length
    assert.ok(recorded >= 60 && recorded <= most, `${recorded}`)
    assert.deepEqual(await leftOut(agent), [{ KeyOffered: 1 }])
    const requestId = await pushTo(agent)
    await told(agent, [
      offer(grantIdOf(requestId)),
      {
        receiptId: 'alarm',
        at: AT,
        kind: 'login-unexplained',
        sessionId: `s-${'0'.repeat(17)}`,
        osUser: 'ec2-user',
        method: 'password',
        pid: 7,
        seenBy: 'pam',
        cause: 'other-method',
        alarm: true,
      },
    ])
    const ofPush = await plane.store.trail.lookup({ requestId, limit: 10 })
    assert.equal(ofPush[0]?.eventName, 'KeyOffered')
    assert.equal((await named('LoginUnexplained', agent)).length, 1)
  })

  it('has nothing more recorded for naming pushes to others, nor anything under them', async () => {
    const requestId = await pushTo(agent)
    const begun = Date.now()
    await told(
      other,
      Array.from({ length: 200 }, () => offer(grantIdOf(requestId))),
    )
    const most = 60 + Math.ceil((Date.now() - begun) / 10_000)
    const recorded = (await named('KeyOffered', other)).length
    assert.ok(recorded >= 60 && recorded <= most, `${recorded}`)
    const ofPush = await plane.store.trail.lookup({ requestId, limit: 10 })
    assert.ok(ofPush.every(({ eventName }) => eventName === 'SendSSHPublicKey'))
  })
})
