import { DatabaseSync } from 'node:sqlite'
import { sqliteCode } from './sqlite-code.ts'

/**
 * Makes this the only process that writes `file`: an operating-system lock on a side file, held for as long as the connection that is
 * returned stays open. The system drops it when the process dies, however it dies.
 * The side file must never be opened by other means in this process: closing any descriptor of it drops the lock (POSIX).
 */
export function lock(file: string): DatabaseSync {
  const held = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  try {
    // Its journal in memory: otherwise one more file would lie about.
    held.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    held.close()
    if (sqliteCode(error) !== 'busy') throw error
    throw new Error(
      `${file} is in use by another Fleetkey server: stop that one, or give this one its own database`,
      { cause: error },
    )
  }
  return held
}
