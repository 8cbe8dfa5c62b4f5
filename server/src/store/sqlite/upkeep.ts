import type { DatabaseSync } from 'node:sqlite'
import { indexLongTail } from './open-intents.ts'
import { one, run } from './sql.ts'
import { sqliteCode } from './sqlite-code.ts'
import { indexNextBlocks } from './trail-search/index-block.ts'

/** Pages in the log before they move to the database: SQLite's own default. */
const LOG_PAGES = 1000

/** So often some blocks of the trail are indexed before somebody who waits is served: some tens of milliseconds. */
const STEPS_AT_ONCE = 4

/**
 * What the writer does after it has answered, so that nobody waits for it. True when there is more to do. Throws on an error of the disk;
 * when there is no room, the work stays for the next time.
 */
export function upkeep(db: DatabaseSync): boolean {
  try {
    while (indexLongTail(db));
    const hasMore = indexBlocks(db)
    checkpointLongLog(db)
    return hasMore
  } catch (error) {
    const code = sqliteCode(error)
    if (code !== 'full' && code !== 'busy') throw error
    return false
  }
}

function indexBlocks(db: DatabaseSync): boolean {
  for (let done = 0; done < STEPS_AT_ONCE; done++) if (!indexNextBlocks(db)) return false
  return true
}

/** Not SQLite's automatic checkpoint, which keeps an fsync error to itself. */
function checkpointLongLog(db: DatabaseSync): void {
  const wal = one<{ log: number; checkpointed: number }>(db, 'pragma wal_checkpoint(noop)')
  if (wal === undefined || wal.log - wal.checkpointed < LOG_PAGES) return
  run(db, 'pragma wal_checkpoint(passive)')
}
