import type { DatabaseSync } from 'node:sqlite'
import { run } from '../sql.ts'
import { blockOf, placeOf, spanOf, TOP_LEVEL } from './layout.ts'

/** Rows in one go: some tens of milliseconds. */
const AT_ONCE = 5000

/**
 * Takes out of the index what only leads to entries below `seq`, within the caller's transaction. Call it until it says false: then all
 * of it is gone, but for stretches that reach beyond `seq`. Entries may be deleted before or after.
 */
export function pruneTrailIndex(db: DatabaseSync, seq: number): boolean {
  let left = AT_ONCE
  // The last one stands: it says how many blocks there are.
  left -= run(
    db,
    `delete from trail_blocks where block in (
       select block from trail_blocks
       where block < ? and block < (select max(block) from trail_blocks)
       order by block limit ?)`,
    blockOf(seq),
    left,
  )
  for (let level = 0; level <= TOP_LEVEL && left > 0; level++) {
    const wholly = Math.floor(seq / spanOf(level))
    left -= run(
      db,
      `delete from trail_postings where place in (
         select place from trail_postings where place >= ? and place < ? order by place limit ?)`,
      placeOf({ level, number: 0 }, 0),
      placeOf({ level, number: wholly }, 0),
      left,
    )
  }
  return left <= 0
}
