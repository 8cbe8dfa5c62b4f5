import type { DatabaseSync } from 'node:sqlite'
import { changeRights } from './security-version.ts'
import { one, run } from './sql.ts'

export const recoveryCodeReads = { countRecoveryCodes }
export const recoveryCodeWrites = { setRecoveryCodes, useRecoveryCode }

function setRecoveryCodes(db: DatabaseSync, userId: string, hashes: readonly string[]): void {
  run(db, 'delete from recovery_codes where user_id = ?', userId)
  for (const hash of hashes) {
    run(db, 'insert into recovery_codes (user_id, hash) values (?, ?)', userId, hash)
  }
  changeRights(db)
}

function useRecoveryCode(db: DatabaseSync, userId: string, hash: string): boolean {
  return run(db, 'delete from recovery_codes where user_id = ? and hash = ?', userId, hash) === 1
}

function countRecoveryCodes(db: DatabaseSync, userId: string): number {
  const sql = 'select count(*) as count from recovery_codes where user_id = ?'
  return one<{ count: number }>(db, sql, userId)?.count ?? 0
}
