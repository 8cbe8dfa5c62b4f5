import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { migrate } from '../migrate.ts'
import { trailWrites } from '../trail.ts'
import { entry } from '../../contract/given.ts'
import { indexNextBlocks } from './index-block.ts'
import { pruneTrailIndex } from './prune-index.ts'
import { search } from './search.ts'

const COUNT = 6000
const query = {
  conditions: [{ kind: 'is', attribute: 'userName', values: ['alice'] }],
  order: 'oldest',
  limit: COUNT,
} as const

describe('pruning the index of the trail', () => {
  it('leaves what leads to entries from there on, and little else', () => {
    using db = new DatabaseSync(':memory:')
    migrate(db)
    for (let n = 1; n <= COUNT; n++) {
      trailWrites.append(db, entry({ userName: n % 10 === 0 ? 'alice' : 'bob', time: n }))
    }
    while (indexNextBlocks(db));
    const size = () => Number(db.prepare('select count(*) as n from trail_postings').get()?.['n'])
    const whole = size()
    const kept = 5000
    db.exec(`drop trigger trail_rows_stay; delete from trail where seq < ${kept}`)
    while (pruneTrailIndex(db, kept));
    assert.ok(size() < whole / 2, `${size()} of ${whole}`)
    const everything = () => search(db, query).entries.map(({ seq }) => seq)
    const expected = Array.from({ length: (COUNT - kept) / 10 + 1 }, (_, n) => kept + n * 10)
    assert.deepEqual(everything(), expected)
    assert.deepEqual(
      search(db, { ...query, from: 5500, to: 5520 }).entries.map(({ seq }) => seq),
      [5500, 5510, 5520],
    )

    // and it goes on
    for (let n = 1; n <= 5000; n++) {
      trailWrites.append(db, entry({ userName: n % 10 === 0 ? 'alice' : 'bob', time: COUNT + n }))
    }
    while (indexNextBlocks(db));
    const more = Array.from({ length: 500 }, (_, n) => COUNT + 10 + n * 10)
    assert.deepEqual(everything(), [...expected, ...more])
  })

  it('leaves as much when it goes through before anything is indexed', () => {
    using db = new DatabaseSync(':memory:')
    migrate(db)
    for (let n = 1; n <= 1000; n++) {
      trailWrites.append(db, entry({ userName: 'alice', time: n }))
    }
    db.exec('drop trigger trail_rows_stay; delete from trail where seq < 900')
    assert.equal(pruneTrailIndex(db, 900), false)
    while (indexNextBlocks(db));
    assert.equal(search(db, query).entries.length, 101)
    assert.equal(search(db, { ...query, from: 950 }).entries.length, 51)
    assert.equal(search(db, { ...query, to: 949 }).entries.length, 50)
  })
})
