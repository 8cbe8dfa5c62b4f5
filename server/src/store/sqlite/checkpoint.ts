import type { DatabaseSync } from 'node:sqlite'
import { one, run } from './sql.ts'
import { sqliteCode } from './sqlite-code.ts'

/** Pages in the log before they move to the database: SQLite's own default. */
const PAGES = 1000

/**
 * Moves the log into the database once it is long. Ours, after the answers went out, and not SQLite's automatic one, which does it
 * before they do and keeps an fsync error to itself. Throws on such an error.
 */
export function checkpointWhenLong(db: DatabaseSync): void {
  const wal = one<{ log: number; checkpointed: number }>(db, 'pragma wal_checkpoint(noop)')
  if (wal === undefined || wal.log - wal.checkpointed < PAGES) return
  try {
    run(db, 'pragma wal_checkpoint(passive)')
  } catch (error) {
    // No room to move them: they are durable where they are, and the next commit tries again.
    const code = sqliteCode(error)
    if (code !== 'full' && code !== 'busy') throw error
  }
}
