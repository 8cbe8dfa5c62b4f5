import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { one } from './sql.ts'

const BUSY_MS = 5000
/** KiB of pages each connection keeps in memory: enough for the hot ends of all indexes. */
const CACHE_KIB = 65_536
/** `pragma synchronous`: 2 is full, 3 is extra. */
const FULL = 2

/**
 * The one writing connection. Checkpoints are ours to run (upkeep.ts): the automatic ones swallow an fsync error.
 * Throws when the file system does not give what durability needs.
 */
export function connectWriter(file: string): DatabaseSync {
  return durable(new DatabaseSync(file, { timeout: BUSY_MS }), file)
}

/** The same, but where there is no such file none is made. */
export function connectWriterAgain(file: string): DatabaseSync {
  const existing = pathToFileURL(file)
  existing.searchParams.set('mode', 'rw')
  return durable(new DatabaseSync(existing, { timeout: BUSY_MS }), file)
}

/** Closes it when it is not. */
function durable(db: DatabaseSync, file: string): DatabaseSync {
  try {
    return configured(db, file)
  } catch (error) {
    db.close()
    throw error
  }
}

function configured(db: DatabaseSync, file: string): DatabaseSync {
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma fullfsync = on;
    pragma checkpoint_fullfsync = on;
    pragma wal_autocheckpoint = 0;
    pragma foreign_keys = on;
    pragma cache_size = -${CACHE_KIB};
  `)
  demandDurable(db, file)
  // What the log holds may stem from a commit whose fsync failed before a restart: the system then takes those pages for written.
  // Moving all of it into the database writes and syncs it anew, before anything is built on it.
  db.exec('pragma wal_checkpoint(truncate)')
  return db
}

export function connectReader(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })
  db.exec(`pragma cache_size = -${CACHE_KIB}`)
  return db
}

/** Read back, because SQLite answers a pragma that it cannot obey with silence. */
export function demandDurable(db: DatabaseSync, file: string): void {
  const journal = one<{ journal_mode: string }>(db, 'pragma journal_mode')?.journal_mode
  if (journal !== 'wal') {
    throw new Error(
      `${file} cannot be kept in WAL mode (it is in ${journal}): move it to a local disk`,
    )
  }
  const synchronous = one<{ synchronous: number }>(db, 'pragma synchronous')?.synchronous ?? 0
  if (synchronous < FULL) {
    throw new Error(`${file} is not written with synchronous=full but ${synchronous}`)
  }
  if (one<{ foreign_keys: number }>(db, 'pragma foreign_keys')?.foreign_keys !== 1) {
    throw new Error(`${file} is opened without foreign keys`)
  }
}
