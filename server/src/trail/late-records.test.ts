import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import { entry } from '../store/contract/given.ts'
import { StoreUnavailable, type StoredTrailEntry, type TrailEntry } from '../store/store.ts'
import { createLateRecords, type LateRecord } from './late-records.ts'

/** A trail that can be written, or not, as is said. */
function givenTrail(there: readonly TrailEntry[] = []) {
  const entries: TrailEntry[] = [...there]
  const told: string[] = []
  let problem: Error | undefined = new StoreUnavailable('full', { inDoubt: false })
  const late = createLateRecords({
    trail: {
      append(given) {
        if (problem !== undefined) return Promise.reject(problem)
        entries.push(given)
        return Promise.resolve({ seq: entries.length, hash: '' } satisfies ChainLink)
      },
      lookup({ requestId }) {
        if (problem instanceof StoreUnavailable) return Promise.reject(problem)
        const found = entries.filter((one) => one.requestId === requestId)
        return Promise.resolve(found.map((one): StoredTrailEntry => ({ ...one, seq: 1, hash: '' })))
      },
    },
    log: { warn: (_, text) => told.push(text), error: (_, text) => told.push(text) },
  })
  return { entries, told, late, becomes: (next: Error | undefined) => (problem = next) }
}

const record = (phase: LateRecord['phase'], of: TrailEntry = entry()): LateRecord => ({
  phase,
  requestId: of.requestId,
  entry: (as) => ({ ...of, phase: as }),
})

describe('late records', () => {
  it('are written in order when the trail can be, and stay while it cannot', async () => {
    const { entries, late, becomes } = givenTrail()
    const [first, second] = [entry(), entry()]
    assert.ok(late.keep(record('complete', first)) && late.keep(record('outcome', second)))
    await late.flush()
    assert.deepEqual(entries, [])
    becomes(undefined)
    await late.flush()
    assert.deepEqual(entries, [first, { ...second, phase: 'outcome' }])
    await late.stop()
  })

  it('of a refused intent are its outcome when it is on disk after all, else all there is', async () => {
    const intent = entry({ phase: 'intent' })
    const { entries, late, becomes } = givenTrail([intent])
    late.keep(record('refused', entry({ requestId: intent.requestId })))
    late.keep(record('refused'))
    becomes(undefined)
    await late.flush()
    assert.deepEqual(
      entries.map(({ phase }) => phase),
      ['intent', 'outcome', 'complete'],
    )
    await late.stop()
  })

  it('are not written twice when it was in doubt and had been', async () => {
    const written = entry()
    const { entries, late, becomes } = givenTrail([written])
    late.keep(record('complete', written))
    becomes(undefined)
    await late.flush()
    assert.deepEqual(entries, [written])
    await late.stop()
  })

  it('are no more than a thousand (memory has an end too)', async () => {
    const { entries, told, late, becomes } = givenTrail()
    for (let count = 0; count < 1000; count++) assert.ok(late.keep(record('complete')))
    assert.equal(late.keep(record('complete')), false)
    assert.equal(late.keep(record('complete')), false)
    assert.deepEqual(told, ['no more is answered until it can be recorded'])
    becomes(undefined)
    await late.flush()
    assert.equal(entries.length, 1000)
    assert.ok(late.keep(record('complete')))
    await late.stop()
  })

  it('do not wait for one that can never be written', async () => {
    const { entries, told, late, becomes } = givenTrail()
    late.keep(record('complete'))
    becomes(new Error('too big'))
    await late.flush()
    assert.match(told.join(), /a late record cannot be written/)
    becomes(undefined)
    late.keep(record('complete'))
    await late.stop()
    assert.equal(entries.length, 1)
  })
})
