import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { StoredTrailEntry, TrailStore } from '../store/store.ts'
import { trailSource } from './trail-source.ts'

let clock: number
let entries: StoredTrailEntry[]
let source: ReturnType<typeof trailSource>

function record(phase: 'intent' | 'outcome' | 'complete' = 'complete'): void {
  entries.push({ seq: entries.length + 1, phase, time: clock } as StoredTrailEntry)
}

const seqs = (found: readonly StoredTrailEntry[] | undefined) => found?.map(({ seq }) => seq)

beforeEach(() => {
  clock = 1_000_000
  entries = []
  const trail: Pick<TrailStore, 'read' | 'head'> = {
    read: (after, limit) => Promise.resolve(entries.slice(after, after + limit)),
    head: () => Promise.resolve({ seq: entries.length, hash: '' }),
  }
  source = trailSource(trail, () => clock)
})

describe('news of the trail', () => {
  it('is each act once, when it is settled, from the beginning on', async () => {
    record()
    await source.begin()
    record('intent')
    assert.deepEqual(await source.drain(), { news: undefined, hasMissed: false })
    record('outcome')
    record()
    const { news } = await source.drain()
    assert.deepEqual(seqs(news), [3, 4])
    assert.equal((await source.drain()).news, undefined)
  })

  it('has the last seconds for who comes later, also from before it began', async () => {
    record()
    clock += 10_001
    record()
    await source.begin()
    record()
    await source.drain()
    assert.deepEqual(seqs(await source.recent()), [2, 3])
    clock += 10_001
    assert.equal(await source.recent(), undefined)
  })

  it('says that there was more than is told, and goes on behind it', async () => {
    await source.begin()
    for (let number = 0; number < 1000; number++) record()
    const { news, hasMissed } = await source.drain()
    assert.equal(news?.length, 200)
    assert.ok(hasMissed)
    record()
    const next = await source.drain()
    assert.deepEqual([seqs(next.news), next.hasMissed], [[1001], false])
  })

  it('misses none of as many as are told at a time, each with its intent', async () => {
    await source.begin()
    for (let number = 0; number < 200; number++) {
      record('intent')
      record('outcome')
    }
    const { news, hasMissed } = await source.drain()
    assert.deepEqual([news?.length, hasMissed], [200, false])
  })

  it('begins anew where nobody listened for a while', async () => {
    await source.begin()
    for (let number = 0; number < 1000; number++) record()
    clock += 3_600_000
    await source.begin()
    record()
    assert.deepEqual(seqs((await source.drain()).news), [1001])
  })
})
