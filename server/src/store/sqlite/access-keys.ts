import type { DatabaseSync } from 'node:sqlite'
import type { AccessKeyRow } from '../store.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const accessKeyReads = { list }
export const accessKeyWrites = { create, setStatus, delete: remove }

interface Row extends Omit<AccessKeyRow, 'userId'> {
  readonly userId: string | null
}

const SELECT = `select access_key_id as accessKeyId, user_id as userId, sealed_secret as sealedSecret,
  status, created_at as createdAt from access_keys`

export function byId(db: DatabaseSync, accessKeyId: string): AccessKeyRow | undefined {
  const row = one<Row>(db, `${SELECT} where access_key_id = ?`, accessKeyId)
  return row && accessKey(row)
}

/** `is`, because root's keys have no user. */
function list(db: DatabaseSync, userId: string | undefined): readonly AccessKeyRow[] {
  const sql = `${SELECT} where user_id is ? order by created_at, access_key_id`
  return all<Row>(db, sql, userId ?? null).map(accessKey)
}

function accessKey({ userId, ...row }: Row): AccessKeyRow {
  return { ...row, ...(userId !== null && { userId }) }
}

function create(db: DatabaseSync, row: AccessKeyRow, limit: number): boolean {
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
  changeRights(db)
  return true
}

function remove(db: DatabaseSync, accessKeyId: string): boolean {
  if (run(db, 'delete from access_keys where access_key_id = ?', accessKeyId) === 0) return false
  changeRights(db)
  return true
}
