import type { DatabaseSync } from 'node:sqlite'
import type { AccessKeyRow, KeyUse } from '../credential-store.ts'
import { endSessions } from './end-sessions.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const accessKeyReads = { get, list }
export const accessKeyWrites = { create, setStatus, delete: remove, noteUses }

interface StoredKey extends Omit<AccessKeyRow, 'userId' | 'lastUsed'> {
  readonly userId: string | null
  readonly lastUsedAt: number | null
  readonly lastUsedService: string
  readonly lastUsedRegion: string
}

const SELECT = `select access_key_id as accessKeyId, user_id as userId, sealed_secret as sealedSecret,
  status, created_at as createdAt, last_used_at as lastUsedAt, last_used_service as lastUsedService,
  last_used_region as lastUsedRegion from access_keys`

export function get(db: DatabaseSync, accessKeyId: string): AccessKeyRow | undefined {
  const row = one<StoredKey>(db, `${SELECT} where access_key_id = ?`, accessKeyId)
  return row && accessKey(row)
}

/** `is`, because root's keys have no user. */
function list(db: DatabaseSync, userId: string | undefined): readonly AccessKeyRow[] {
  const sql = `${SELECT} where user_id is ? order by created_at, access_key_id`
  return all<StoredKey>(db, sql, userId ?? null).map(accessKey)
}

function accessKey(stored: StoredKey): AccessKeyRow {
  const { userId, lastUsedAt: at, lastUsedService, lastUsedRegion, ...row } = stored
  return {
    ...row,
    ...(userId !== null && { userId }),
    ...(at !== null && { lastUsed: { at, service: lastUsedService, region: lastUsedRegion } }),
  }
}

function create(db: DatabaseSync, row: Omit<AccessKeyRow, 'lastUsed'>, limit: number): boolean {
  if (list(db, row.userId).length >= limit) return false
  run(
    db,
    `insert into access_keys (access_key_id, user_id, sealed_secret, status, created_at)
     values (?, ?, ?, ?, ?)`,
    row.accessKeyId,
    row.userId ?? null,
    row.sealedSecret,
    row.status,
    row.createdAt,
  )
  changeRights(db)
  return true
}

function setStatus(db: DatabaseSync, accessKeyId: string, status: AccessKeyRow['status']): boolean {
  const sql = 'update access_keys set status = ? where access_key_id = ?'
  if (run(db, sql, status, accessKeyId) === 0) return false
  if (status === 'Inactive') endSessions(db, 'parent_access_key_id = ?', accessKeyId)
  changeRights(db)
  return true
}

function remove(db: DatabaseSync, accessKeyId: string): boolean {
  endSessions(db, 'parent_access_key_id = ?', accessKeyId)
  if (run(db, 'delete from access_keys where access_key_id = ?', accessKeyId) === 0) return false
  changeRights(db)
  return true
}

/** Uses may come late and out of order: the latest stands. */
function noteUses(
  db: DatabaseSync,
  uses: readonly (KeyUse & { readonly accessKeyId: string })[],
): void {
  for (const { accessKeyId, at, service, region } of uses) {
    run(
      db,
      `update access_keys set last_used_at = ?, last_used_service = ?, last_used_region = ?
       where access_key_id = ? and coalesce(last_used_at < ?, true)`,
      at,
      service,
      region,
      accessKeyId,
      at,
    )
  }
}
