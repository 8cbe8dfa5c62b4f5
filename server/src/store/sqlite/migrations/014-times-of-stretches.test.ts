import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { entry } from '../../contract/given.ts'
import { migrate, MIGRATIONS } from '../migrate.ts'
import { trailWrites } from '../trail.ts'
import { indexNextBlocks } from '../trail-search/index-block.ts'
import { search } from '../trail-search/search.ts'

const RECORDS = 3000

it('finds in a trail from before there were times what it has, however far it is indexed anew', () => {
  using db = new DatabaseSync(':memory:')
  const at = MIGRATIONS.findIndex(({ name }) => name === 'times of stretches')
  migrate(db, MIGRATIONS.slice(0, at))
  // One record in a hundred is a year ahead.
  const timeOf = (n: number) => n + (n % 100 === 0 ? 1_000_000 : 0)
  for (let n = 1; n <= RECORDS; n++) {
    trailWrites.append(db, entry({ time: timeOf(n), userName: n % 10 === 0 ? 'alice' : 'bob' }))
  }
  // As the code before has left it.
  db.exec(`insert into trail_blocks values (0, 1, 1000100);
    insert into trail_postings values (0, x'00')`)
  migrate(db)

  const [from, to] = [1450, 2000]
  const wanted = Array.from({ length: RECORDS }, (_, index) => index + 1).filter(
    (n) => n % 10 === 0 && timeOf(n) >= from && timeOf(n) <= to,
  )
  let steps = 0
  do {
    const { entries, isEnd } = search(db, {
      conditions: [{ kind: 'is', attribute: 'userName', values: ['alice'] }],
      order: 'oldest',
      from,
      to,
      limit: 1000,
    })
    assert.deepEqual([entries.map(({ seq }) => seq), isEnd], [wanted, true])
    steps += 1
  } while (indexNextBlocks(db))
  assert.ok(steps > 10)
})
