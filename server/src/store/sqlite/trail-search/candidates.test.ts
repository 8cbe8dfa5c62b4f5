import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { TrailAttribute, TrailCondition } from '@fleetkey/domain/trail-search'
import { entry } from '../../contract/given.ts'
import { migrate } from '../migrate.ts'
import { trailWrites } from '../trail.ts'
import { indexNextBlocks } from './index-block.ts'
import { RowCountingDatabase } from './row-counting-database.ts'
import { search } from './search.ts'

const COUNT = 20_000

const is = (attribute: TrailAttribute, value: string): TrailCondition => ({
  kind: 'is',
  attribute,
  values: [value],
})
/** Half of all, one in fifty and one in 5,000. */
const COMMON = is('instance', 'i-2')
const USUAL = is('userName', 'alice')
const RARE = is('eventName', 'RebootInstances')
/** The same records as USUAL, and one in 49. */
const SAME = is('accessKeyId', 'AKIAALICE')
const OTHER = is('fingerprint', 'SHA256:x')

describe('candidates', () => {
  const db = new RowCountingDatabase(':memory:')
  migrate(db)
  db.exec('begin')
  for (let n = 1; n <= COUNT; n++) {
    trailWrites.append(
      db,
      entry({
        time: n,
        resource: n % 2 === 0 ? 'i-2' : 'i-1',
        userName: n % 50 === 0 ? 'alice' : 'bob',
        eventName: n % 5000 === 0 ? 'RebootInstances' : 'StopInstances',
        record: JSON.stringify({
          userIdentity: { accessKeyId: n % 50 === 0 ? 'AKIAALICE' : 'AKIABOB' },
          additionalEventData: { fingerprint: n % 49 === 0 ? 'SHA256:x' : `SHA256:${n}` },
        }),
      }),
    )
  }
  db.exec('commit')
  while (indexNextBlocks(db));
  after(() => db.close())

  /** Of the index, to find every so manieth record. */
  const rowsFor = (conditions: readonly TrailCondition[], every: number) => {
    db.read.clear()
    const { entries } = search(db, { conditions, order: 'newest', limit: 50 })
    const last = Math.floor(COUNT / every)
    assert.deepEqual(
      entries.map(({ seq }) => seq),
      Array.from({ length: last }, (_, index) => (last - index) * every),
    )
    return db.read.get('trail_postings') ?? 0
  }

  it('are looked for by the rarest term, whichever is named first', () => {
    const alone = rowsFor([RARE], 5000)
    for (const conditions of [
      [RARE, USUAL, COMMON],
      [COMMON, USUAL, RARE],
      [USUAL, RARE, COMMON],
    ]) {
      const rows = rowsFor(conditions, 5000)
      assert.ok(rows <= alone + 5, `${rows}, and ${alone} for the rarest alone`)
    }
  })

  it('are not looked for by what is as rare and says nothing new, but by what leaves fewer', () => {
    const without = rowsFor([USUAL, OTHER], 2450)
    const rows = rowsFor([USUAL, SAME, OTHER], 2450)
    assert.ok(rows <= without + 5, `${rows}, and ${without} without it`)
  })
})
