import type { DatabaseSync } from 'node:sqlite'
import { run } from '../sql.ts'
import { placeOf, spanOf, TOP_LEVEL } from './layout.ts'
import { indexedBlocks } from './stretch-times.ts'

/** Rows in one go: some tens of milliseconds. */
const AT_ONCE = 5000

/**
 * Takes out of the index what only leads to entries below `seq`, within the caller's transaction. Call it until it says false: then all
 * of it is gone, but for stretches that reach beyond `seq`. Entries may be deleted before or after.
 */
export function pruneTrailIndex(db: DatabaseSync, seq: number): boolean {
  let left = AT_ONCE
  for (let level = 0; level <= TOP_LEVEL && left > 0; level++) {
    const wholly = Math.floor(seq / spanOf(level))
    // The last block stands: it says how many there are.
    left -= run(
      db,
      `delete from trail_stretches where level = ? and number in (
         select number from trail_stretches
         where level = ? and number < ? and (level > 0 or number < ?)
         order by number limit ?)`,
      level,
      level,
      wholly,
      indexedBlocks(db) - 1,
      left,
    )
    left -= run(
      db,
      `delete from trail_postings where place in (
         select place from trail_postings where place >= ? and place < ? order by place limit ?)`,
      placeOf({ level, number: 0 }, 0),
      placeOf({ level, number: wholly }, 0),
      Math.max(0, left),
    )
  }
  return left <= 0
}
