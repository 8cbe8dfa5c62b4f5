import type { DatabaseSync } from 'node:sqlite'
import type { PasswordRow } from '../identity-store.ts'
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

function set(db: DatabaseSync, row: PasswordRow): void {
  run(
    db,
    `insert into passwords
       (user_id, hash, reset_required, created_at, changed_at, earlier, last_used_at)
     values (?, ?, ?, ?, ?, ?, ?)
     on conflict (user_id) do update set hash = excluded.hash,
       reset_required = excluded.reset_required, created_at = excluded.created_at,
       changed_at = excluded.changed_at, earlier = excluded.earlier,
       last_used_at = excluded.last_used_at`,
    row.userId,
    row.hash,
    row.resetRequired ? 1 : 0,
    row.createdAt,
    row.changedAt,
    JSON.stringify(row.earlier),
    row.lastUsedAt ?? null,
  )
  changeRights(db)
}

function remove(db: DatabaseSync, userId: string): boolean {
  if (run(db, 'delete from passwords where user_id = ?', userId) === 0) return false
  changeRights(db)
  return true
}

function noteUse(db: DatabaseSync, userId: string, at: number): void {
  run(db, 'update passwords set last_used_at = ? where user_id = ?', at, userId)
}
