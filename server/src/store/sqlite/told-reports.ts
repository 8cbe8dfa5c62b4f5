import type { DatabaseSync } from 'node:sqlite'
import { run } from './sql.ts'

/** True when nothing has gone by that name yet; from now on something has. @param seq of the record with which it is forgotten */
export function isFirstTold(db: DatabaseSync, report: string, seq: number): boolean {
  const sql = 'insert into told_reports (report, seq) values (?, ?) on conflict do nothing'
  return run(db, sql, report, seq) === 1
}

/** Of records that are about to be removed: what goes by these names is new then. */
export function forgetReports(db: DatabaseSync, throughSeq: number): void {
  run(db, 'delete from told_reports where seq <= ?', throughSeq)
}
