import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  encodePostings,
  findPostings,
  joinPostings,
  mergePostings,
  NO_POSTINGS,
  postingOf,
  unitePostings,
  type PostingList,
} from './postings.ts'

const SPAN = 4096
const every = (step: number) => Array.from({ length: Math.ceil(SPAN / step) }, (_, n) => n * step)
const terms = new Map<number, readonly number[]>([
  [0xffff_ffff, [SPAN - 1]],
  [0, [0]],
  [7, [0, 1, 129, 4000]],
  [0x8000_0000, every(2)],
  [42, every(100)],
])
const encodedOf = (given: ReadonlyMap<number, readonly number[]>, partOf = () => 0) =>
  encodePostings(
    Float64Array.from(
      [...given].flatMap(([hash, offsets]) => offsets.map((one) => postingOf(hash, one, SPAN))),
    ),
    SPAN,
    partOf,
  )
const encoded = encodedOf(terms)
const offsetsOf = (list: PostingList) => [...list.walk(0, 1)]

describe('postings', () => {
  it('of one record given twice are one', () => {
    const twice = encodedOf(new Map([[9, [3, 3, 4]]]))
    assert.deepEqual(offsetsOf(findPostings(twice, 0, 9)), [3, 4])
  })
  for (const [hash, offsets] of terms) {
    it(`give back the ${offsets.length} records of a term`, () => {
      const list = findPostings(encoded, 0, hash)
      assert.equal(list.count, offsets.length)
      assert.deepEqual(offsetsOf(list), offsets)
      assert.deepEqual([...list.walk(SPAN - 1, -1)], offsets.toReversed())
      const set = new Set(offsets)
      for (let offset = 0; offset < SPAN; offset += 1) {
        assert.equal(list.has(offset), set.has(offset))
      }
    })
    it(`of ${offsets.length} records are walked from the middle`, () => {
      const list = findPostings(encoded, 0, hash)
      for (const from of [0, 1, 128, 2000, 2001, SPAN - 1]) {
        const up = offsets.filter((offset) => offset >= from)
        const down = offsets.filter((offset) => offset <= from).toReversed()
        assert.deepEqual([...list.walk(from, 1)], up)
        assert.deepEqual([...list.walk(from, -1)], down)
      }
    })
  }

  it('of a term that no record has are none', () => {
    for (const hash of [1, 43, 0xffff_fffe]) assert.equal(findPostings(encoded, 0, hash).count, 0)
    assert.equal(findPostings(encoded, 15, 42).count, 0)
  })

  it('take an eighth of a byte a record at most', () => {
    const all = encodedOf(new Map([[1, every(1)]]))
    assert.ok(all.length <= SPAN / 8 + 72)
  })

  it('of several stretches become those of one', () => {
    const other = new Map<number, readonly number[]>([
      [7, every(3)],
      [42, [5]],
      [43, [6]],
    ])
    const rows = [encoded, undefined, encodedOf(other)]
    const merged = mergePostings(rows, 0, { span: SPAN, partOf: (hash) => (hash > 42 ? 9 : 3) })
    for (const hash of new Set([...terms.keys(), ...other.keys()])) {
      const both = [
        ...(terms.get(hash) ?? []),
        ...(other.get(hash) ?? []).map((offset) => offset + SPAN * 2),
      ]
      const [mine, theirs] = hash > 42 ? [9, 3] : [3, 9]
      assert.deepEqual(offsetsOf(findPostings(merged, mine, hash)), both)
      assert.equal(findPostings(merged, theirs, hash).count, 0)
      const joined = rows.map((row) => (row ? findPostings(row, 0, hash) : NO_POSTINGS))
      assert.deepEqual(offsetsOf(joinPostings(joined, SPAN)), both)
    }
  })

  it('that are dense in one stretch alone are no bitmap of the larger one (each would be 128 KB of the largest)', () => {
    const burst = Array.from({ length: SPAN / 4 }, (_, n) => n)
    const dense = encodedOf(new Map([[7, burst]]))
    const rows = Array.from({ length: 16 }, (_, index) => (index === 9 ? dense : undefined))
    const merged = mergePostings(rows, 0, { span: SPAN, partOf: () => 0 })
    const list = findPostings(merged, 0, 7)
    assert.deepEqual(
      offsetsOf(list),
      burst.map((offset) => offset + SPAN * 9),
    )
    assert.ok(merged.length <= burst.length + 80, `${merged.length} bytes`)
  })

  it('of any of several terms hold each record once, in order', () => {
    const lists = [7, 42, 0].map((hash) => findPostings(encoded, 0, hash))
    const united = new Set([...(terms.get(7) ?? []), ...(terms.get(42) ?? [])])
    assert.deepEqual(
      offsetsOf(unitePostings(lists)),
      [...united].sort((a, b) => a - b),
    )
  })
})
