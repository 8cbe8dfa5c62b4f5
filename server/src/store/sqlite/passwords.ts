import type { DatabaseSync } from 'node:sqlite'
import type { PasswordRow } from '../credential-store.ts'
import { changeRights } from './security-version.ts'
import { one, run } from './sql.ts'

export const passwordReads = { get, isAnySet }
export const passwordWrites = { set, delete: remove, noteUse }

interface StoredPassword extends Omit<PasswordRow, 'resetRequired' | 'earlier' | 'lastUsedAt'> {
  readonly resetRequired: 0 | 1
  readonly earlier: string
  readonly lastUsedAt: number | null
}

function get(db: DatabaseSync, userId: string): PasswordRow | undefined {
  const stored = one<StoredPassword>(
    db,
    `select user_id as userId, hash, reset_required as resetRequired, created_at as createdAt,
       changed_at as changedAt, earlier, last_used_at as lastUsedAt
     from passwords where user_id = ?`,
    userId,
  )
  if (stored === undefined) return undefined
  const { lastUsedAt, ...row } = stored
  return {
    ...row,
    resetRequired: row.resetRequired === 1,
    earlier: JSON.parse(row.earlier) as readonly string[],
    ...(lastUsedAt !== null && { lastUsedAt }),
  }
}

function isAnySet(db: DatabaseSync): boolean {
  return one(db, 'select 1 as found from passwords limit 1') !== undefined
}

/** Compared and set by one statement: hashing takes long enough for somebody else to have set another. */
function set(db: DatabaseSync, row: PasswordRow, replaces?: string): boolean {
  const changed = run(
    db,
    replaces === undefined
      ? `insert into passwords
           (user_id, hash, reset_required, created_at, changed_at, earlier, last_used_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (user_id) do nothing`
      : `update passwords set hash = ?2, reset_required = ?3, created_at = ?4, changed_at = ?5,
           earlier = ?6, last_used_at = ?7
         where user_id = ?1 and hash = ?8`,
    row.userId,
    row.hash,
    row.resetRequired ? 1 : 0,
    row.createdAt,
    row.changedAt,
    JSON.stringify(row.earlier),
    row.lastUsedAt ?? null,
    ...(replaces === undefined ? [] : [replaces]),
  )
  if (changed === 0) return false
  changeRights(db)
  return true
}

function remove(db: DatabaseSync, userId: string): boolean {
  if (run(db, 'delete from passwords where user_id = ?', userId) === 0) return false
  changeRights(db)
  return true
}

function noteUse(db: DatabaseSync, userId: string, at: number): void {
  run(db, 'update passwords set last_used_at = ? where user_id = ?', at, userId)
}
