import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { entry } from '../../contract/given.ts'
import { migrate } from '../migrate.ts'
import { trailWrites } from '../trail.ts'
import { indexNextBlocks } from './index-block.ts'
import { search } from './search.ts'
import { termHash } from './term-hash.ts'

/** 1,024 make a stretch of the first level above blocks, 16,384 one of the second. */
const RECORDS = Number(process.env['RECORDS'] ?? 6000)
const LOOKS = 12

/** Terms that are the first and the last to be moved up: there a step too early would show. */
const EDGES = [0x00, 0xff].map((byte) => {
  for (let n = 0; ; n++) {
    const userName = `edge-${n}`
    if (termHash('userName', userName) >>> 24 === byte) return userName
  }
})

const found = (db: DatabaseSync, userName: string, order: 'newest' | 'oldest') => {
  const seqs: number[] = []
  const query = {
    conditions: [{ kind: 'is', attribute: 'userName', values: [userName] } as const],
    order,
    limit: 1000,
  }
  for (let after: number | undefined; ;) {
    const page = search(db, { ...query, ...(after !== undefined && { after }) })
    seqs.push(...page.entries.map(({ seq }) => seq))
    if (page.isEnd) return seqs
    after = page.lookedTo
  }
}

describe('the index, block by block', () => {
  it(`finds what is rare and what is common among up to ${RECORDS} records, at any time`, () => {
    using db = new DatabaseSync(':memory:')
    migrate(db)
    const wanted = new Map<string, number[]>()
    const lookEvery = Math.floor(RECORDS / LOOKS)
    for (let n = 1; n <= RECORDS; n++) {
      // One in two, one in a thousand, one at all.
      const edge = n % 301 < EDGES.length ? EDGES[n % 301] : undefined
      const userName = edge ?? (n % 2 === 0 ? 'common' : n % 1001 === 0 ? 'rare' : `once-${n}`)
      const { seq } = trailWrites.append(db, entry({ userName, time: n }))
      if (!userName.startsWith('once') || n % 499 === 0) {
        const seqs = wanted.get(userName)
        if (seqs === undefined) wanted.set(userName, [seq])
        else seqs.push(seq)
      }
      if (n % 256 === 255) while (indexNextBlocks(db));
      if (n % lookEvery !== 0) continue
      for (const [name, seqs] of wanted) {
        assert.deepEqual(found(db, name, 'oldest'), seqs, `${name} of ${n}`)
        if (name === 'rare') assert.deepEqual(found(db, name, 'newest'), seqs.toReversed())
      }
    }
    assert.ok(wanted.size > 3)
  })
})
