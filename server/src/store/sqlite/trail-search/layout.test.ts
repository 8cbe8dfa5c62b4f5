import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  below,
  isMoved,
  moveAt,
  partOf,
  placeOf,
  rowOf,
  rowsOf,
  spanOf,
  stretchOf,
  TOP_LEVEL,
  type Stretch,
} from './layout.ts'

/** A little more than one stretch of the top level. */
const BLOCKS = 70_000
const HASHES = [0, 0x0123_4567, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]

/** Follows a term of every block through the moves, as the table would have it. */
function simulate(seen: (at: Map<number, number[]>, blocks: number) => void, hash: number): void {
  const table = new Map<number, number[]>()
  for (let block = 0; block < BLOCKS; block++) {
    table.set(placeOf({ level: 0, number: block }, 0), [block])
    for (let level = 1; level <= TOP_LEVEL; level++) {
      const move = moveAt(level, block + 1)
      // Its row, and of that its part, are where the term is.
      if (move === undefined || rowOf(hash, level) !== move.row) continue
      assert.deepEqual(move.from, { row: rowOf(hash, level - 1), part: partOf(hash, level - 1) })
      const moved = below(move).flatMap((part) => {
        const place = placeOf(part, move.from.row)
        const blocks = table.get(place)
        assert.ok(blocks, `level ${level} moved before the one below was through`)
        table.delete(place)
        return blocks
      })
      table.set(placeOf(move, move.row), moved)
    }
    seen(table, block + 1)
  }
}

function blocksFound(
  table: Map<number, number[]>,
  stretch: Stretch,
  way: { hash: number; blocks: number },
): number[] {
  const { hash, blocks } = way
  if (!isMoved(stretch, hash, blocks)) {
    return below(stretch).flatMap((part) => blocksFound(table, part, way))
  }
  return table.get(placeOf(stretch, rowOf(hash, stretch.level))) ?? []
}

describe('the layout of the index', () => {
  for (const hash of HASHES) {
    it(`finds every block of ${hash.toString(16)} once, however far moves have come`, () => {
      simulate((table, blocks) => {
        // Each count at first, later some of them: all states of a move are among these.
        if (blocks > 600 && blocks % 997 !== 0 && blocks !== BLOCKS) return
        const found: number[] = []
        for (let block = 0; block < blocks;) {
          const stretch = stretchOf(block, blocks, [hash])
          found.push(...blocksFound(table, stretch, { hash, blocks }))
          block = ((stretch.number + 1) * spanOf(stretch.level)) / spanOf(0)
        }
        assert.deepEqual(
          found,
          Array.from({ length: blocks }, (_, block) => block),
        )
      }, hash)
    })
  }

  it('reads some dozens of rows for ten million records, and few more for a hundred', () => {
    for (const hash of HASHES) {
      const rows = (blocks: number) => {
        let count = 0
        for (let block = 0; block < blocks; count += 1) {
          const { level, number } = stretchOf(block, blocks, [hash])
          block = ((number + 1) * spanOf(level)) / spanOf(0)
        }
        return count
      }
      assert.ok(rows(156_250) < 90, String(rows(156_250)))
      assert.ok(rows(1_562_500) < 120, String(rows(1_562_500)))
    }
  })

  it('has a place of its own for every row', () => {
    const places = new Set<number>()
    let count = 0
    for (let level = 0; level <= TOP_LEVEL; level++) {
      for (const number of [0, 1, 2 ** 10, 2 ** 30]) {
        for (const row of new Set([0, 1 % rowsOf(level), rowsOf(level) - 1])) {
          places.add(placeOf({ level, number }, row))
          count += 1
        }
      }
    }
    assert.equal(places.size, count)
    assert.ok([...places].every(Number.isSafeInteger))
  })
})
