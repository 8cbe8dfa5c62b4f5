/**
 * What an error of SQLite means to us:
 * `mistake`: the one statement was wrong (constraint, type, syntax), everything else stands;
 * `full`, `busy`: nothing was written, later it may work;
 * `broken`: input/output error, corruption and all that we do not know: what is on the disk is in doubt.
 * Undefined when it is not SQLite's.
 */
export type SqliteCode = 'mistake' | 'full' | 'busy' | 'broken'

const MEANING: ReadonlyMap<number, SqliteCode> = new Map([
  [1, 'mistake'], // SQLITE_ERROR
  [5, 'busy'], // SQLITE_BUSY
  [6, 'busy'], // SQLITE_LOCKED
  [13, 'full'], // SQLITE_FULL
  [18, 'mistake'], // SQLITE_TOOBIG
  [19, 'mistake'], // SQLITE_CONSTRAINT
  [20, 'mistake'], // SQLITE_MISMATCH
  [25, 'mistake'], // SQLITE_RANGE
])

/** SQLITE_IOERR_SHMSIZE: no room for the next piece of the WAL index. Nothing was written and nothing synced. */
const IOERR_SHMSIZE = 4874

export function sqliteCode(error: unknown): SqliteCode | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  const code = Number(error.errcode)
  if (code === IOERR_SHMSIZE) return 'full'
  return MEANING.get(code & 0xff) ?? 'broken'
}
