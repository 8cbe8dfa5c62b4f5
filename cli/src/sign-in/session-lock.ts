import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import { makeSessionFolder } from './session-cache.ts'

/** A renewal asks the provider and the server, each of which may take its deadline. */
const PATIENCE_MS = 60_000
const LOOK_AGAIN_MS = 50
const SQLITE_BUSY = 5

/**
 * Does the work while no other process changes this profile's session: 20 commands that find it run out at one moment renew
 * it once. The lock is SQLite's on an empty database, because Node itself has none that the kernel takes back when its owner
 * dies: a lock file left behind would stop everyone, and breaking one is a race.
 */
export async function whileLocked<T>(
  env: Readonly<Record<string, string | undefined>>,
  profile: string,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(makeSessionFolder(env), `${profile}.lock`)
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  const lock = new DatabaseSync(path, { timeout: 0 })
  try {
    const deadline = performance.now() + PATIENCE_MS
    while (!isTaken(lock)) {
      if (performance.now() > deadline) {
        throw new Failure('tryAgain', 'Another fleetkey is renewing this login and does not end.', {
          todo: ['Try again, or end it.'],
        })
      }
      await sleep(LOOK_AGAIN_MS)
    }
    return await work()
  } finally {
    lock.close()
  }
}

/** Asks without waiting: SQLite's own waiting would stop this whole process. */
function isTaken(lock: { exec(sql: string): void }): boolean {
  try {
    lock.exec('begin exclusive')
    return true
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false
    throw error
  }
}
