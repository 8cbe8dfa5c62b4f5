import type { DatabaseSync } from 'node:sqlite'
import type { EntityRow, RoleRow } from '../identity-store.ts'
import { ENTITY_COLUMNS, entityRow, type StoredEntity } from './entity-row.ts'
import { get as role } from './roles.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const profileReads = { roleOf, ofRole }
export const profileWrites = { addRole, removeRole }

function addRole(db: DatabaseSync, profileId: string, roleId: string): boolean {
  if (roleIdOf(db, profileId) !== undefined) return false
  run(db, 'insert into profile_roles (profile_id, role_id) values (?, ?)', profileId, roleId)
  changeRights(db)
  return true
}

function removeRole(db: DatabaseSync, profileId: string, roleId: string): boolean {
  const sql = 'delete from profile_roles where profile_id = ? and role_id = ?'
  if (run(db, sql, profileId, roleId) === 0) return false
  changeRights(db)
  return true
}

function roleOf(db: DatabaseSync, profileId: string): RoleRow | undefined {
  const roleId = roleIdOf(db, profileId)
  return roleId === undefined ? undefined : role(db, roleId)
}

function ofRole(db: DatabaseSync, roleId: string): readonly EntityRow[] {
  return all<StoredEntity>(
    db,
    `select ${ENTITY_COLUMNS} from profile_roles p join entities e on e.id = p.profile_id
     where p.role_id = ? order by e.name`,
    roleId,
  ).map(entityRow)
}

function roleIdOf(db: DatabaseSync, profileId: string): string | undefined {
  const sql = 'select role_id as roleId from profile_roles where profile_id = ?'
  return one<{ roleId: string }>(db, sql, profileId)?.roleId
}
