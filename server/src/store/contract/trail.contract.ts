import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { CHAIN_START, checkLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import type { Store, StoredTrailEntry } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { entry, fresh, NOW } from './given.ts'

const PAGE = 1000

/** The whole chain that is kept, checked link by link as a verifier does. */
export async function checkedTrail(store: Store): Promise<readonly StoredTrailEntry[]> {
  const entries: StoredTrailEntry[] = []
  // First: others may be writing.
  const head = await store.trail.head()
  let last: ChainLink = await store.digests.base()
  let atHead: ChainLink = last
  for (;;) {
    const page = await store.trail.read(last.seq, PAGE)
    for (const next of page) {
      assert.equal(checkLink(last, next, sha256Hex), undefined)
      last = next
      if (next.seq === head.seq) atHead = next
      entries.push(next)
    }
    if (page.length < PAGE) break
  }
  const { seq, hash } = atHead
  assert.deepEqual(head, { seq, hash })
  return entries
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function describeTrail(now: () => StoreUnderTest): void {
  describe('trail', () => {
    const trail = () => now().store.trail

    it('starts empty', async () => {
      assert.deepEqual(await trail().head(), CHAIN_START)
      assert.deepEqual(await trail().read(0, 10), [])
    })

    it('records once what is told by one name, of racing and also after a restart', async () => {
      const report = fresh('i-')
      const before = await trail().head()
      const racing = Array.from({ length: 20 }, () => trail().appendOnce(entry(), report))
      assert.equal((await Promise.all(racing)).filter(Boolean).length, 1)
      await now().reopen()
      assert.equal(await trail().appendOnce(entry(), report), false)
      assert.equal((await trail().head()).seq, before.seq + 1)
      assert.equal(await trail().appendOnce(entry(), fresh('i-')), true)
      await checkedTrail(now().store)
    })

    it('has the name free when the entry cannot be stored', async () => {
      const report = fresh('i-')
      await assert.rejects(trail().appendOnce(entry({ time: 0.5 }), report))
      assert.equal(await trail().appendOnce(entry(), report), true)
    })

    it('chains entries in the order in which they came, and gives them back whole', async () => {
      const before = await trail().head()
      const given = [entry(), entry({ readOnly: true, errorCode: 'AccessDenied', resource: '' })]
      const links = await Promise.all(given.map((next) => trail().append(next)))
      const stored = await trail().read(before.seq, 10)
      assert.deepEqual(
        stored,
        given.map((next, index) => ({ ...next, ...links[index] })),
      )
      assert.deepEqual(
        links.map(({ seq }) => seq),
        [before.seq + 1, before.seq + 2],
      )
      await checkedTrail(now().store)
    })

    it('shows an entry to every read that begins after it was acknowledged', async () => {
      for (let round = 0; round < 50; round++) {
        const given = entry()
        const { seq } = await trail().append(given)
        const found = await trail().lookup({ requestId: given.requestId, limit: 5 })
        assert.deepEqual(
          found.map((one) => one.seq),
          [seq],
        )
      }
    })

    it('gives 5,000 racing appends a place each, without a gap', async () => {
      const before = await trail().head()
      const links = await Promise.all(
        Array.from({ length: 5000 }, () => trail().append(entry({ userName: 'racer' }))),
      )
      assert.deepEqual(
        links.map(({ seq }) => seq).toSorted((a, b) => a - b),
        Array.from({ length: 5000 }, (_, index) => before.seq + 1 + index),
      )
      assert.deepEqual(
        (await checkedTrail(now().store)).slice(-5000).map(({ seq, hash }) => ({ seq, hash })),
        links.toSorted((a, b) => a.seq - b.seq),
      )
    })

    it('goes on with the chain when opened again', async () => {
      const link = await trail().append(entry())
      await now().reopen()
      assert.deepEqual(await trail().head(), link)
      assert.equal((await trail().append(entry())).seq, link.seq + 1)
      await checkedTrail(now().store)
    })

    it('leaves neighbours alone when one entry cannot be stored', async () => {
      const before = await trail().head()
      const bad = entry({ time: 1.5 })
      const results = await Promise.allSettled(
        [entry(), bad, entry()].map((next) => trail().append(next)),
      )
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      assert.equal((await trail().head()).seq, before.seq + 2)
      await checkedTrail(now().store)
    })

    it('names the intents without an outcome, oldest first', async () => {
      const [first, second, third] = [intent(), intent(), intent()]
      await Promise.all([first, second, third].map((next) => trail().append(next)))
      await trail().append({ ...entry(), requestId: second.requestId, phase: 'outcome' })
      const mine = [first, second, third].map(({ requestId }) => requestId)
      const open = async () =>
        (await trail().openIntents())
          .map(({ requestId }) => requestId)
          .filter((id) => mine.includes(id))
      assert.deepEqual(await open(), [first.requestId, third.requestId])
      // and still when they lie far back, and after a restart
      await Promise.all(Array.from({ length: 2500 }, () => trail().append(entry())))
      assert.deepEqual(await open(), [first.requestId, third.requestId])
      await trail().append({ ...entry(), requestId: first.requestId, phase: 'outcome' })
      await now().reopen()
      assert.deepEqual(await open(), [third.requestId])
      await trail().append({ ...entry(), requestId: third.requestId, phase: 'outcome' })
      assert.deepEqual(await open(), [])
    })
  })
}

function intent() {
  return entry({ phase: 'intent', requestId: fresh('intent-'), time: NOW })
}
