import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Receipt } from '@fleetkey/wire/agent/receipts'
import { checkedTrail } from '../store/contract/trail.contract.ts'
import { scopedFolder } from '../store/sqlite/scoped.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, FACTS, type FakeAgent } from '../testing/fake-agent.ts'
import { loopDisk, type LoopDisk } from '../testing/loop-disk.ts'
import { push, PUSH_TO_DEV } from '../testing/push.ts'
import { until } from '../testing/until.ts'

const folder = scopedFolder()
const disk = loopDisk(folder.path)
const skip = disk === undefined && 'NOT TESTED: only root can have a disk of its own'
const WITHIN_MS = 60_000
const RECEIPT: Receipt = {
  receiptId: 'r-1',
  at: Date.UTC(2026, 0, 1),
  kind: 'offered',
  osUser: 'ec2-user',
  fingerprint: 'SHA256:x',
}
const CHANGED = ['entities', 'inline_policies', 'security_groups', 'join_tokens']

describe('while the disk of the trail is', { skip, timeout: 240_000 }, () => {
  let plane: ControlPlane
  let agent: FakeAgent
  let data = ''
  const its = (): LoopDisk => disk ?? assert.fail()
  before(async () => {
    data = join(its().path, 'data')
    mkdirSync(data)
    plane = await startControlPlane({}, { database: `sqlite:${join(data, 'fleetkey.db')}` })
    agent = await connectAgent(plane, await enrolHost(plane))
    await plane.user('carol')
  })
  after(async () => {
    await agent.close()
    await plane.close()
    disk?.[Symbol.dispose]()
    folder[Symbol.dispose]()
  })

  const pushed = () => push(plane.root, agent.host.instanceId)
  /** All that a call can change, as another connection sees it. */
  const kept = () => {
    const db = new DatabaseSync(join(data, 'fleetkey.db'), { readOnly: true })
    try {
      return JSON.stringify(CHANGED.map((table) => db.prepare(`select * from ${table}`).all()))
    } finally {
      db.close()
    }
  }
  const diagnosed = () => {
    const { instanceId } = agent.host
    return plane.root.done('Diagnose', { InstanceId: instanceId, Checks: ['policy', 'instance'] })
  }
  const listed = () => plane.root.call('DescribeInstances', {})

  /** Nothing reaches the host, and whoever pushes is told what to do. */
  async function assertRefused(): Promise<string> {
    const before = agent.grants().length
    const { status, code, message, headers } = await pushed()
    assert.deepEqual([status, code], [503, 'ServiceException'])
    assert.match(message, /trail cannot be written now, so nothing is let through\. Try again/)
    assert.equal(headers['retry-after'], '5')
    assert.equal(agent.grants().length, before)
    return String(headers['x-amzn-requestid'])
  }

  /** By itself: nobody starts anything anew. */
  async function assertResumes(): Promise<void> {
    const until = performance.now() + WITHIN_MS
    let status = 0
    while (status !== 200 && performance.now() < until) {
      ;({ status } = await pushed())
      if (status !== 200) await sleep(100)
    }
    assert.equal(status, 200, plane.log().slice(-6000))
    await checkedTrail(plane.store)
  }

  /** It is on record once the disk is back: what was refused, and what was read. */
  async function recorded(requestId: string) {
    const until = performance.now() + WITHIN_MS
    while (performance.now() < until) {
      const found = await plane.store.trail.lookup({ requestId, limit: 5 })
      const last = found.find(({ phase }) => phase !== 'intent')
      if (last !== undefined) return { ...last, event: JSON.parse(last.record) }
      await sleep(50)
    }
    return assert.fail(`${requestId} is not on record`)
  }

  async function assertTold(refused: string): Promise<void> {
    const { errorCode, event } = await recorded(refused)
    assert.equal(errorCode, 'ServiceUnavailable')
    assert.equal(event.additionalEventData.recordedLate, true)
    assert.deepEqual(await plane.store.trail.openIntents(), [])
  }

  it('full, pushes are refused, reads go on and links stay; all resumes when there is room', async () => {
    its().fill()
    // Some room may be left in the log of the database.
    let refused
    for (let tries = 0; refused === undefined && tries < 5000; tries++) {
      const { status, headers } = await pushed()
      if (status !== 200) refused = String(headers['x-amzn-requestid'])
    }
    assert.ok(refused)
    const last = await assertRefused()
    const read = await listed()
    assert.equal(read.status, 200)
    assert.equal(read.body.Reservations.length, 1)
    assert.equal((await plane.root.call('CreateUser', { UserName: 'late' })).status, 503)
    const used = { ...RECEIPT, grantId: agent.grants().at(-1)?.grantId ?? '' }
    agent.say({ kind: 'receipts', receipts: [used] })
    agent.say({ kind: 'facts', facts: { ...FACTS, hostname: 'renamed' } })
    await until(() => /what a host reports waits for the trail/.test(plane.log()))
    await assertRefused()
    const [{ Instances }] = (await listed()).body.Reservations
    assert.equal(Instances[0].State.Name, 'running')
    const { Cause } = (await diagnosed()).Verdict
    assert.equal(Cause.Check, 'trail')
    assert.match(Cause.Says, /no push is let through: .* database is 100 % used, 0 B free/)
    assert.match(Cause.Mend.Says, /make room on that disk/)
    its().free()
    await assertResumes()
    await until(async () => (await diagnosed()).Verdict.State === 'good', 'the doctor is content')
    assert.deepEqual((await agent.hears('stored')).receiptIds, [used.receiptId])
    const offers = (await checkedTrail(plane.store)).filter(
      ({ eventName }) => eventName === 'KeyOffered',
    )
    assert.equal(offers.length, 1)
    await assertTold(last)
    const { errorCode, event } = await recorded(String(read.headers['x-amzn-requestid']))
    assert.deepEqual([errorCode, event.eventName], ['', 'DescribeInstances'])
    assert.equal((await plane.root.call('GetUser', { UserName: 'late' })).status, 404)
  })

  it('nearly full, what still fits is on record before it happens, and how it ended once there is room', async () => {
    const happened: string[] = []
    for (const room of [6, 12]) {
      const names = { UserName: 'carol', PolicyName: `p-${room}`, GroupName: `group-${room}` }
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [PUSH_TO_DEV] })
      for (const [operation, fields] of [
        ['CreateUser', { UserName: `user-${room}` }],
        ['PutUserPolicy', { ...names, PolicyDocument }],
        ['CreateSecurityGroup', { GroupName: names.GroupName, Description: 'of those at home' }],
        ['CreateJoinToken', {}],
      ] as const) {
        its().fill(room)
        const before = kept()
        const { headers } = await plane.root.call(operation, fields)
        const requestId = String(headers['x-amzn-requestid'])
        if (kept() === before) continue
        const [first] = await plane.store.trail.lookup({ requestId, limit: 5 })
        assert.ok(first !== undefined, `${operation} is not on record`)
        happened.push(requestId)
      }
    }
    its().free()
    await assertResumes()
    assert.ok(happened.length > 0)
    await until(async () => (await plane.store.trail.openIntents()).length === 0, 'all is told')
    for (const requestId of happened) {
      const phases = (await plane.store.trail.lookup({ requestId, limit: 5 }))
        .toSorted((one, other) => one.seq - other.seq)
        .map(({ phase }) => phase)
      assert.deepEqual(phases, ['intent', 'outcome'])
    }
  })

  it('frozen, a push is refused within seconds, others at once; all resumes when it thaws', async () => {
    its().freeze()
    try {
      const begun = performance.now()
      const refused = await assertRefused()
      const firstMs = performance.now() - begun
      await assertRefused()
      const secondMs = performance.now() - begun - firstMs
      assert.ok(firstMs < 15_000 && secondMs < firstMs / 2, `${firstMs} ms, then ${secondMs} ms`)
      assert.equal((await listed()).status, 200)
      its().thaw()
      await assertResumes()
      await assertTold(refused)
    } finally {
      try {
        its().thaw()
      } catch {
        // It is thawed already, unless the case failed.
      }
    }
  })

  for (const [what, breakIt] of [
    ['read-only', () => its().makeReadOnly()],
    ['gone', () => its().pullOut()],
  ] as const)
    it(`${what}, pushes are refused and it is waited for, whatever lies in its place; all resumes when it is back`, async () => {
      breakIt()
      const refused = await assertRefused()
      its().unmount()
      // An empty folder is where it was: no new database is made there.
      await assertRefused()
      assert.deepEqual(readdirSync(its().path), [])
      await its().mount()
      await assertResumes()
      await assertTold(refused)
      assert.match(plane.log(), /the database is back/)
    })

  it('back with an older copy of the database, it is not gone on with (records would be lost)', async () => {
    assert.equal((await pushed()).status, 200)
    const older = join(folder.path, 'older')
    const db = new DatabaseSync(join(data, 'fleetkey.db'))
    db.exec(`vacuum into '${join(folder.path, 'copy')}'`)
    db.close()
    assert.equal((await pushed()).status, 200)
    // Somebody puts the copy there before the real one is back.
    its().pullOut()
    await assertRefused()
    its().unmount()
    const place = its().path
    mkdirSync(join(place, 'data'))
    cpSync(join(folder.path, 'copy'), join(place, 'data', 'fleetkey.db'))
    const until = performance.now() + WITHIN_MS
    while (!/it lacks record/.test(plane.log()) && performance.now() < until) await sleep(50)
    assert.match(plane.log(), /or an older copy: it lacks record \d+ of the trail/)
    await assertRefused()
    renameSync(join(place, 'data'), older)
    await its().mount()
    await assertResumes()
    rmSync(older, { recursive: true })
  })
})
