import type { DatabaseSync } from 'node:sqlite'
import { one, run } from './sql.ts'
import { sqliteCode } from './sqlite-code.ts'
import { indexLongTail } from './trail-index.ts'

/** Pages in the log before they move to the database: SQLite's own default. */
const LOG_PAGES = 1000

/**
 * What the writer does after it has answered, so that nobody waits for it. Throws on an error of the disk; when there is no room, the
 * work stays for the next time.
 */
export function upkeep(db: DatabaseSync): void {
  try {
    while (indexLongTail(db));
    checkpointLongLog(db)
  } catch (error) {
    const code = sqliteCode(error)
    if (code !== 'full' && code !== 'busy') throw error
  }
}

/** Not SQLite's automatic checkpoint, which keeps an fsync error to itself. */
function checkpointLongLog(db: DatabaseSync): void {
  const wal = one<{ log: number; checkpointed: number }>(db, 'pragma wal_checkpoint(noop)')
  if (wal === undefined || wal.log - wal.checkpointed < LOG_PAGES) return
  run(db, 'pragma wal_checkpoint(passive)')
}
