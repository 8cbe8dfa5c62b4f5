import type { DatabaseSync } from 'node:sqlite'
import { one, run } from './sql.ts'

/** Called by every query that changes who may do what, in the same transaction. */
export function changeRights(db: DatabaseSync): void {
  run(db, 'update security set version = version + 1')
}

export function securityVersion(db: DatabaseSync): number {
  const row = one<{ version: number }>(db, 'select version from security')
  if (row === undefined) throw new Error('the security version is missing')
  return row.version
}
