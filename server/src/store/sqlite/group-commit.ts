import type { DatabaseSync } from 'node:sqlite'
import { runCall, type Call, type Families } from './queries.ts'
import { securityVersion } from './security-version.ts'
import { run } from './sql.ts'
import { head } from './trail.ts'
import { sqliteCode } from './sqlite-code.ts'
import type { Answer, Result } from './thread-messages.ts'

/**
 * Runs the calls as one transaction. A call that fails by its own fault leaves its neighbours alone; what fails by the disk's takes
 * all with it. Nobody is answered before the commit has returned.
 */
export function commitTogether(
  db: DatabaseSync,
  families: Families,
  calls: readonly Call[],
): Answer {
  try {
    run(db, 'begin immediate')
    const results = calls.map((call) => runAlone(db, families, call))
    const after = { securityVersion: securityVersion(db), head: head(db) }
    run(db, 'commit')
    return { kind: 'done', results, ...after }
  } catch (error) {
    return giveUp(db, error, calls.length)
  }
}

function runAlone(db: DatabaseSync, families: Families, call: Call): Result {
  run(db, 'savepoint call')
  try {
    const value = runCall(db, families, call)
    run(db, 'release call')
    return { value }
  } catch (error) {
    const code = sqliteCode(error)
    if (code !== undefined && code !== 'mistake') throw error
    run(db, 'rollback to call')
    run(db, 'release call')
    return { error: messageOf(error) }
  }
}

/** Full or busy: this batch is refused and the next may do. Anything else is final: who trusts a second fsync after a failed one loses data. */
function giveUp(db: DatabaseSync, error: unknown, count: number): Answer {
  const code = sqliteCode(error)
  try {
    if (db.isTransaction) run(db, 'rollback')
  } catch (again) {
    return { kind: 'failed', message: `${messageOf(error)}; then ${messageOf(again)}` }
  }
  if (code === 'full' || code === 'busy') {
    return { kind: 'refused', count, message: messageOf(error) }
  }
  return { kind: 'failed', message: messageOf(error) }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
