import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RecordingEnd, RecordingRow } from '../recording-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { fresh, NOW } from './given.ts'

type Begun = Omit<RecordingRow, 'state' | 'end' | 'keptIn'>

const recording = (change: Partial<Begun> = {}): Begun => ({
  recordingId: fresh('r-'),
  terminalId: fresh('t-'),
  instanceId: fresh('i-'),
  osUser: 'alice',
  principalId: fresh('AIDA'),
  principalArn: 'arn:aws:iam::111122223333:user/ann',
  userName: 'ann',
  requestId: fresh('request-'),
  startedAt: NOW,
  cols: 80,
  rows: 24,
  hasInput: false,
  sealedKey: 'v1.a.b',
  ...change,
})

const ENDED: RecordingEnd = {
  state: 'finished',
  at: NOW + 1000,
  durationMs: 900,
  because: 'The shell ended.',
  bytes: 1000,
  storedBytes: 1100,
  chunks: 3,
  sha256: 'a'.repeat(64),
  trailSeq: 7,
  index: new Uint8Array([1, 2, 3]),
}

export function describeRecordings(now: () => StoreUnderTest): void {
  describe('recordings', () => {
    const given = async (change: Partial<Begun> = {}) => {
      const row = recording(change)
      await now().store.recordings.start(row)
      return row
    }
    const idsOf = async (query: object) =>
      (await now().store.recordings.list({ limit: 100, ...query })).map((one) => one.recordingId)

    it('keeps one from its beginning to its end, with little or with all that there is to know', async () => {
      const little = await given()
      const whole = await given({ instanceName: 'web-1', owner: fresh('AIDA'), hasInput: true })
      const { recordings } = now().store
      const running = { state: 'running', keptIn: 'directory' } as const
      assert.deepEqual(await recordings.get(little.recordingId), { ...little, ...running })
      assert.equal(await recordings.end(whole.recordingId, ENDED), true)
      await now().reopen()
      const { index, ...stored } = (await now().store.recordings.get(whole.recordingId))?.end ?? {}
      assert.deepEqual({ ...stored, index: new Uint8Array(index ?? []) }, ENDED)
    })

    it('ends one once (what was put on record stays so)', async () => {
      const { recordingId } = await given()
      const { recordings } = now().store
      assert.equal(await recordings.end(recordingId, ENDED), true)
      assert.equal(await recordings.end(recordingId, { ...ENDED, sha256: 'b'.repeat(64) }), false)
      assert.equal((await recordings.get(recordingId))?.end?.sha256, ENDED.sha256)
      assert.equal(await recordings.end('r-none', ENDED), false)
    })

    it('moves one to the bucket only when it is over', async () => {
      const { recordingId } = await given()
      const { recordings } = now().store
      assert.equal(await recordings.moved(recordingId), false)
      await recordings.end(recordingId, ENDED)
      assert.equal(await recordings.moved(recordingId), true)
      assert.equal(await recordings.moved(recordingId), false)
      assert.equal((await recordings.get(recordingId))?.keptIn, 's3')
    })

    it('lists by all that is given together, last first, page by page, without where chunks are', async () => {
      const owner = fresh('AIDA')
      const instanceId = fresh('i-')
      const first = await given({ owner, instanceId })
      const second = await given({ owner, osUser: 'root', userName: 'bob', startedAt: NOW + 5 })
      const third = await given({ owner, instanceId, osUser: 'root' })
      await now().store.recordings.end(third.recordingId, ENDED)
      const ids = [third, second, first].map(({ recordingId }) => recordingId)
      assert.deepEqual(await idsOf({ owner }), ids)
      assert.deepEqual(await idsOf({ owner, instanceId }), [ids[0], ids[2]])
      assert.deepEqual(await idsOf({ owner, osUser: 'root', instanceId }), [ids[0]])
      assert.deepEqual(await idsOf({ owner, userName: 'bob' }), [ids[1]])
      assert.deepEqual(await idsOf({ owner, from: NOW + 5, to: NOW + 5 }), [ids[1]])
      assert.deepEqual(await idsOf({ owner, state: 'running' }), [ids[1], ids[2]])
      assert.deepEqual(await idsOf({ owner, state: 'finished' }), [ids[0]])
      assert.deepEqual(await idsOf({ owner, endedBefore: ENDED.at }), [])
      assert.deepEqual(await idsOf({ owner, endedBefore: ENDED.at + 1 }), [ids[0]])
      assert.deepEqual(await idsOf({ owner, keptIn: 's3' }), [])
      assert.deepEqual(await idsOf({ terminalId: second.terminalId }), [ids[1]])
      assert.deepEqual(await idsOf({ principalArn: 'arn:aws:iam::1:user/x' }), [])
      const [top] = await now().store.recordings.list({ owner, limit: 1 })
      assert.equal(top?.end?.index.length, 0)
      assert.deepEqual(await idsOf({ owner, beforePlace: top?.place }), ids.slice(1))
    })

    it('forgets one for good', async () => {
      const { recordingId } = await given()
      const { recordings } = now().store
      assert.equal(await recordings.forget(recordingId), true)
      assert.equal(await recordings.forget(recordingId), false)
      assert.equal(await recordings.get(recordingId), undefined)
    })
  })
}
