import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { TrailSearch } from '../../store.ts'
import { entry } from '../../contract/given.ts'
import { migrate } from '../migrate.ts'
import { trailWrites } from '../trail.ts'
import { count } from './count.ts'
import { indexNextBlocks } from './index-block.ts'
import { BLOCK_RECORDS, FAN, TOP_LEVEL } from './layout.ts'
import { RowCountingDatabase } from './row-counting-database.ts'
import { search } from './search.ts'
import { noteTimes, windowsIn, type Times } from './stretch-times.ts'

const START = 1_800_000_000_000
const SECOND = 1000
const YEAR = 31_536_000_000
const DAY = 86_400_000

describe('the times of stretches', () => {
  /** A little more than half of a stretch of the top level, a second between two records. */
  const BLOCKS = 40_000
  const STRETCH = { level: TOP_LEVEL, number: 0 }
  const timeOf = (block: number) => START + block * BLOCK_RECORDS * SECOND

  function withBlocks(others: ReadonlyMap<number, number>): RowCountingDatabase {
    const db = new RowCountingDatabase(':memory:')
    migrate(db)
    db.exec('begin')
    for (let block = 0; block < BLOCKS; block++) {
      const other = others.get(block)
      const own = [timeOf(block), timeOf(block + 1) - 1]
      noteTimes(db, block, other === undefined ? own : [...own, other])
    }
    db.exec('commit')
    db.read.clear()
    return db
  }

  const look = (db: RowCountingDatabase, times: Times) => {
    const budget = { left: 1e9 }
    const windows = windowsIn(db, STRETCH, { range: { low: 1, high: 1e9 }, times, budget })
    return windows.map(({ low, high }) => [
      Math.floor(low / BLOCK_RECORDS),
      Math.floor(high / BLOCK_RECORDS),
    ])
  }
  const hour = { from: timeOf(30_000), to: timeOf(30_050) }

  it('lead to the blocks of an hour, by a few rows of 40,000', () => {
    using db = withBlocks(new Map())
    assert.deepEqual(look(db, hour), [[30_000, 30_050]])
    assert.ok((db.read.get('trail_stretches') ?? 0) <= 200)
  })

  it('of records that are ahead or behind cost their own blocks only', () => {
    const others = new Map([
      [0, START + YEAR],
      [17, hour.to - 1],
      [9_000, START - YEAR],
      [20_000, START + YEAR],
      [39_999, START - YEAR],
    ])
    using db = withBlocks(others)
    // Those that are of both sides of the hour may have records of it.
    assert.deepEqual(look(db, hour), [
      [0, 0],
      [17, 17],
      [20_000, 20_000],
      [30_000, 30_050],
      [39_999, 39_999],
    ])
    assert.ok((db.read.get('trail_stretches') ?? 0) <= 200 + others.size * FAN * TOP_LEVEL)
    assert.deepEqual(look(db, { to: START - DAY }), [
      [9_000, 9_000],
      [39_999, 39_999],
    ])
    assert.deepEqual(look(db, { from: START + YEAR - DAY }), [
      [0, 0],
      [20_000, 20_000],
    ])
  })

  it('that are of no order at all cost a bounded number of looks, and nothing is missed', () => {
    const others = new Map(Array.from({ length: BLOCKS }, (_, block) => [block, START + YEAR]))
    using db = withBlocks(others)
    // To the end of a stretch of sixteen blocks.
    assert.deepEqual(look(db, hour), [[0, 30_063]])
    assert.ok((db.read.get('trail_stretches') ?? 0) <= 10_000)
  })
})

describe('a search of an hour', () => {
  const COUNT = 6000
  const query: TrailSearch = {
    conditions: [{ kind: 'is', attribute: 'userName', values: ['alice'] }],
    order: 'newest',
    limit: 50,
    from: START + 4500 * SECOND,
    to: START + 5000 * SECOND,
  }

  function trailWith(others: ReadonlyMap<number, number>): RowCountingDatabase {
    const db = new RowCountingDatabase(':memory:')
    migrate(db)
    db.exec('begin')
    for (let seq = 1; seq <= COUNT; seq++) {
      const time = others.get(seq) ?? START + seq * SECOND
      trailWrites.append(db, entry({ userName: seq % 20 === 0 ? 'alice' : `u-${seq}`, time }))
    }
    db.exec('commit')
    while (indexNextBlocks(db));
    db.read.clear()
    return db
  }

  /** Rows of the table that a question reads. */
  const rowsRead = (db: RowCountingDatabase, table: string, ask: () => unknown) => {
    db.read.clear()
    ask()
    return db.read.get(table) ?? 0
  }

  const straight = trailWith(new Map())
  const ahead = trailWith(new Map([[1, START + YEAR]]))
  after(() => {
    straight.close()
    ahead.close()
  })
  const wanted = Array.from({ length: 26 }, (_, n) => 5000 - n * 20)

  for (const order of ['newest', 'oldest'] as const) {
    it(`reads one row of the index more when the first record is ahead, ${order} first`, () => {
      for (const db of [straight, ahead]) {
        const seqs = search(db, { ...query, order }).entries.map(({ seq }) => seq)
        assert.deepEqual(seqs, order === 'newest' ? wanted : wanted.toReversed())
      }
      const rows = (db: RowCountingDatabase) =>
        rowsRead(db, 'trail_postings', () => search(db, { ...query, order }))
      assert.ok(rows(ahead) <= rows(straight) + 1, `${rows(ahead)} of ${rows(straight)}`)
    })
  }

  it('reads the records of that hour and of one block more where no term leads', () => {
    const ask = () => search(ahead, { ...query, conditions: [], limit: 1000 })
    assert.equal(ask().entries.length, 501)
    // At both ends, that of the first, and those that wait until there are four to index.
    const most = 501 + (2 + 1 + 4) * BLOCK_RECORDS
    assert.ok(rowsRead(ahead, 'trail', ask) <= most)
  })

  it('finds the record that is ahead by its own time', () => {
    const { entries } = search(ahead, {
      ...query,
      conditions: [],
      from: START + YEAR - 1,
      to: START + YEAR,
    })
    assert.deepEqual(
      entries.map(({ seq }) => seq),
      [1],
    )
  })

  it('is counted by intervals, whoever is ahead or behind (all was of the last interval)', () => {
    const others = new Map([
      [1, START + YEAR],
      [3000, START - YEAR],
      [4050, START + YEAR],
      [5990, START - YEAR],
    ])
    using mixed = trailWith(others)
    for (const db of [straight, ahead, mixed]) {
      const { series } = count(db, {
        series: [
          {
            conditions: [{ kind: 'is', attribute: 'userName', values: ['alice'] }],
            byReason: false,
          },
        ],
        from: START + 3510 * SECOND,
        everyMs: 500 * SECOND,
        intervals: 5,
      })
      assert.deepEqual(series[0]?.counts, [25, 25, 25, 25, 25])
    }
  })
})
