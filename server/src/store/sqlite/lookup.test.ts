import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { entry } from '../contract/given.ts'
import { lookup } from './lookup.ts'
import { migrate } from './migrate.ts'
import { RowCountingDatabase } from './trail-search/row-counting-database.ts'
import { search } from './trail-search/search.ts'
import { trailWrites } from './trail.ts'

const RECORDS = 13_000
/** A page's budget and what is read at once. */
const MOST_ROWS = 6200

describe('a lookup', () => {
  it('in a trail that is not indexed yet reads it by pages (one of ten million kept all others waiting)', async () => {
    using db = new RowCountingDatabase(':memory:')
    migrate(db)
    db.exec('begin')
    for (let n = 1; n <= RECORDS; n++) {
      trailWrites.append(db, entry({ requestId: n === 7 ? 'seven' : `request-${n}`, time: n }))
    }
    db.exec('commit')
    let pages = 0
    const trail = {
      search: (query: Parameters<typeof search>[1]) => {
        db.read.clear()
        pages += 1
        const page = search(db, query)
        assert.ok((db.read.get('trail') ?? 0) <= MOST_ROWS)
        return Promise.resolve(page)
      },
    }
    const found = await lookup(trail, { requestId: 'seven', limit: 10 })
    assert.deepEqual(
      found.map(({ seq }) => seq),
      [7],
    )
    assert.equal(pages, 3)
  })
})
