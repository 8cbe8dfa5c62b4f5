import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  joinPostings,
  NO_POSTINGS,
  sharedPostings,
  unitePostings,
  type PostingList,
} from './posting-list.ts'
import { encodePostings, findPostings, mergePostings, postingOf } from './postings.ts'

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
const found = (row: Uint8Array, part: number, hash: number, span = SPAN) =>
  findPostings(row, { part, hash, windows: [{ low: 0, high: span - 1 }] })
const offsetsOf = (list: PostingList) => [...list.walk(1)]

describe('postings', () => {
  it('of one record given twice are one', () => {
    const twice = encodedOf(new Map([[9, [3, 3, 4]]]))
    assert.deepEqual(offsetsOf(found(twice, 0, 9)), [3, 4])
  })
  for (const [hash, offsets] of terms) {
    it(`give back the ${offsets.length} records of a term`, () => {
      const list = found(encoded, 0, hash)
      assert.equal(list.count, offsets.length)
      assert.deepEqual(offsetsOf(list), offsets)
      assert.deepEqual([...list.walk(-1)], offsets.toReversed())
      const set = new Set(offsets)
      for (let offset = 0; offset < SPAN; offset += 1) {
        assert.equal(list.has(offset), set.has(offset))
      }
    })
    it(`of ${offsets.length} records are given of some windows only`, () => {
      for (const windows of [
        [{ low: 1, high: 1 }],
        [{ low: 3, high: 4 }],
        [
          { low: 0, high: 128 },
          { low: 1003, high: 2001 },
          { low: 2003, high: 2003 },
          { low: 4000, high: SPAN - 1 },
        ],
      ]) {
        const list = findPostings(encoded, { part: 0, hash, windows })
        const wanted = offsets.filter((offset) =>
          windows.some(({ low, high }) => offset >= low && offset <= high),
        )
        assert.equal(list.count, wanted.length)
        assert.deepEqual(offsetsOf(list), wanted)
        assert.deepEqual([...list.walk(-1)], wanted.toReversed())
        for (let offset = 0; offset < SPAN; offset += 1) {
          assert.equal(list.has(offset), wanted.includes(offset))
        }
      }
    })
  }

  it('of a term that no record has are none', () => {
    for (const hash of [1, 43, 0xffff_fffe]) assert.equal(found(encoded, 0, hash).count, 0)
    assert.equal(found(encoded, 15, 42).count, 0)
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
      assert.deepEqual(offsetsOf(found(merged, mine, hash, SPAN * 3)), both)
      assert.equal(found(merged, theirs, hash, SPAN * 3).count, 0)
      const joined = rows.map((row) => (row ? found(row, 0, hash) : NO_POSTINGS))
      assert.deepEqual(
        offsetsOf(joinPostings(joined, { span: SPAN, windows: [{ low: 0, high: SPAN * 3 - 1 }] })),
        both,
      )
    }
  })

  it('that are dense in one stretch alone are no bitmap of the larger one (each would be 128 KB of the largest)', () => {
    const burst = Array.from({ length: SPAN / 4 }, (_, n) => n)
    const dense = encodedOf(new Map([[7, burst]]))
    const rows = Array.from({ length: 16 }, (_, index) => (index === 9 ? dense : undefined))
    const merged = mergePostings(rows, 0, { span: SPAN, partOf: () => 0 })
    const list = found(merged, 0, 7, SPAN * 16)
    assert.deepEqual(
      offsetsOf(list),
      burst.map((offset) => offset + SPAN * 9),
    )
    assert.ok(merged.length <= burst.length + 80, `${merged.length} bytes`)
  })

  it('of any of several terms hold each record once, in order', () => {
    const lists = [7, 42, 0].map((hash) => found(encoded, 0, hash))
    const united = new Set([...(terms.get(7) ?? []), ...(terms.get(42) ?? [])])
    assert.deepEqual(
      offsetsOf(unitePostings(lists)),
      [...united].sort((a, b) => a - b),
    )
  })

  it('of several terms are held against each other, bits and gaps', () => {
    const lists = (...hashes: number[]) => hashes.map((hash) => found(several, 0, hash))
    const several = encodedOf(
      new Map([
        [1, every(2)],
        [2, every(3)],
        [3, every(5)],
        [4, every(100)],
      ]),
    )
    for (const [hashes, step, left] of [
      [[1, 2], 6, 1],
      [[1, 2, 3], 30, 1],
      [[4, 1, 2], 300, 1],
      [[2, 4], 300, 1],
      [[4, 3, 4], 100, 1],
    ] as const) {
      const [rarest, ...others] = sharedPostings(lists(...hashes))
      assert.ok(rarest)
      assert.equal(others.length, left - 1)
      assert.deepEqual(
        offsetsOf(rarest).filter((offset) => others.every((other) => other.has(offset))),
        every(step),
      )
    }
    const united = unitePostings(lists(1, 2, 4))
    assert.deepEqual(
      offsetsOf(united),
      every(1).filter((offset) => offset % 2 === 0 || offset % 3 === 0),
    )
  })
})
