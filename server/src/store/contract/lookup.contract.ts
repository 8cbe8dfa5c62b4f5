import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { StoredTrailEntry, TrailQuery } from '../store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { entry, fresh } from './given.ts'

const COUNT = 3300
const MINUTE = 60_000
/** Far from the times of other cases. */
const START = 1_900_000_000_000 - (1_900_000_000_000 % MINUTE)

export function describeLookup(now: () => StoreUnderTest): void {
  describe('lookup', () => {
    const stored: StoredTrailEntry[] = []
    const mine = fresh('lookup-')

    /** What a lookup must find, told without a database. */
    const wanted = (query: TrailQuery) =>
      stored
        .filter(
          (one) =>
            (query.eventName === undefined || one.eventName === query.eventName) &&
            (query.userName === undefined || one.userName === query.userName) &&
            (query.resource === undefined || one.resource === query.resource) &&
            (query.requestId === undefined || one.requestId === query.requestId) &&
            (query.from === undefined || one.time >= query.from) &&
            (query.to === undefined || one.time <= query.to) &&
            (query.beforeSeq === undefined || one.seq < query.beforeSeq),
        )
        .toSorted((a, b) => b.seq - a.seq)
        .slice(0, query.limit)

    before(async () => {
      const entries = Array.from({ length: COUNT }, (_, n) =>
        entry({
          requestId: `${mine}request-${n >> 1}`,
          phase: n % 2 === 0 ? 'intent' : 'outcome',
          // a clock that goes on a second each and now and then back by ten minutes
          time: START + n * 1000 - (n % 500 < 20 ? 10 * MINUTE : 0),
          eventName: `${mine}event-${n % 3}`,
          userName: `${mine}user-${n % 7}`,
          resource: `${mine}i-${n % 31}`,
        }),
      )
      const links = await Promise.all(entries.map((one) => now().store.trail.append(one)))
      for (const [index, link] of links.entries()) {
        const given = entries[index]
        if (given !== undefined) stored.push({ ...given, ...link })
      }
    })

    // each alone, all of them, and every pair in between
    const values = {
      eventName: `${mine}event-1`,
      userName: `${mine}user-3`,
      resource: `${mine}i-5`,
      requestId: `${mine}request-33`,
      from: START + 700_500,
      to: START + 2_900_000,
    }
    const names = Object.keys(values) as (keyof typeof values)[]
    for (let set = 1; set < 1 << names.length; set++) {
      const chosen = names.filter((_, bit) => (set >> bit) & 1)
      const query = Object.fromEntries(chosen.map((name) => [name, values[name]]))
      // Without an attribute of ours, entries of other cases would be among the found.
      if (!chosen.some((name) => typeof values[name] === 'string') && !('from' in query)) continue
      it(`finds by ${chosen.join(' and ')}, newest first, page by page`, async () => {
        const all = wanted({ ...query, limit: COUNT })
        for (const beforeSeq of [undefined, all.at(10)?.seq, all.at(-2)?.seq]) {
          const page = { ...query, limit: 13, ...(beforeSeq !== undefined && { beforeSeq }) }
          assert.deepEqual(await now().store.trail.lookup(page), wanted(page))
        }
      })
    }

    it('walks through everything by pages, without a gap or a repeat', async () => {
      const query = { userName: `${mine}user-0`, limit: 100 }
      const seen: StoredTrailEntry[] = []
      for (;;) {
        const last = seen.at(-1)
        const page = { ...query, ...(last && { beforeSeq: last.seq }) }
        const found = await now().store.trail.lookup(page)
        seen.push(...found)
        if (found.length < query.limit) break
      }
      assert.deepEqual(seen, wanted({ ...query, limit: COUNT }))
    })

    it('finds every entry once', async () => {
      const query = { from: START - 60 * MINUTE, limit: COUNT * 2 }
      assert.deepEqual(await now().store.trail.lookup(query), wanted(query))
    })

    it('finds by any minute, though the clock went back now and then', async () => {
      const first = START - 11 * MINUTE
      for (let time = first; time < START + COUNT * 1000; time += MINUTE / 4) {
        const queries = [
          { resource: values.resource, from: time, limit: COUNT },
          { from: first, to: time, limit: 3 },
        ]
        for (const query of queries) {
          assert.deepEqual(await now().store.trail.lookup(query), wanted(query))
        }
      }
    })

    it('takes both ends of a time range in', async () => {
      const time = START + 100_000
      const found = await now().store.trail.lookup({ from: time, to: time, limit: 10 })
      assert.deepEqual(found, wanted({ from: time, to: time, limit: 10 }))
      assert.ok(found.length > 0)
    })

    it('finds nothing before the first and after the last entry', async () => {
      const { trail } = now().store
      assert.deepEqual(await trail.lookup({ to: 1000, limit: 5 }), [])
      assert.deepEqual(await trail.lookup({ from: START * 2, limit: 5 }), [])
      assert.deepEqual(await trail.lookup({ userName: fresh('nobody'), limit: 5 }), [])
    })

    it('takes text from outside as text', async () => {
      const userName = `${mine}' or 1=1 --`
      assert.deepEqual(await now().store.trail.lookup({ userName, limit: 5 }), [])
    })

    it('gives the newest when asked for nothing in particular', async () => {
      const [newest] = await now().store.trail.lookup({ limit: 1 })
      assert.equal(newest?.seq, (await now().store.trail.head()).seq)
    })
  })
}
