import type { DatabaseSync } from 'node:sqlite'
import type { RoleRow } from '../identity-store.ts'
import { ENTITY_COLUMNS, entityRow, insertEntity, type StoredEntity } from './entity-row.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const roleReads = { get, list }
export const roleWrites = { create, update, setTrustPolicy }

interface StoredRole extends StoredEntity {
  readonly trustPolicy: string
  readonly description: string
  readonly maxSessionSeconds: number
  readonly lastUsedAt: number | null
}

const SELECT = `select ${ENTITY_COLUMNS}, r.trust_policy as trustPolicy, r.description,
  r.max_session_seconds as maxSessionSeconds, r.last_used_at as lastUsedAt
  from roles r join entities e on e.id = r.role_id`

export function get(db: DatabaseSync, roleId: string): RoleRow | undefined {
  const row = one<StoredRole>(db, `${SELECT} where r.role_id = ?`, roleId)
  return row && role(row)
}

function list(db: DatabaseSync): readonly RoleRow[] {
  return all<StoredRole>(db, `${SELECT} order by e.name`).map(role)
}

function role(row: StoredRole): RoleRow {
  const { trustPolicy, description, maxSessionSeconds, lastUsedAt } = row
  return {
    ...entityRow(row),
    trustPolicy,
    description,
    maxSessionSeconds,
    ...(lastUsedAt !== null && { lastUsedAt }),
  }
}

function create(db: DatabaseSync, row: Omit<RoleRow, 'lastUsedAt'>, limit?: number): boolean {
  if (!insertEntity(db, row, limit)) return false
  run(
    db,
    `insert into roles (role_id, trust_policy, description, max_session_seconds)
     values (?, ?, ?, ?)`,
    row.id,
    row.trustPolicy,
    row.description,
    row.maxSessionSeconds,
  )
  changeRights(db)
  return true
}

function update(
  db: DatabaseSync,
  roleId: string,
  {
    description,
    maxSessionSeconds,
  }: { readonly description?: string; readonly maxSessionSeconds?: number },
): void {
  const changed = run(
    db,
    `update roles set description = coalesce(?, description),
       max_session_seconds = coalesce(?, max_session_seconds)
     where role_id = ?`,
    description ?? null,
    maxSessionSeconds ?? null,
    roleId,
  )
  changedRole(db, roleId, changed)
}

function setTrustPolicy(db: DatabaseSync, roleId: string, trustPolicy: string): void {
  const sql = 'update roles set trust_policy = ? where role_id = ?'
  changedRole(db, roleId, run(db, sql, trustPolicy, roleId))
}

function changedRole(db: DatabaseSync, roleId: string, count: number): void {
  if (count === 0) throw new Error(`there is no role ${roleId}`)
  changeRights(db)
}
