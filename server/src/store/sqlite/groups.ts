import type { DatabaseSync } from 'node:sqlite'
import type { EntityRow } from '../identity-store.ts'
import { ENTITY_COLUMNS, entityRow, type StoredEntity } from './entity-row.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const groupReads = { members, groupsOf }
export const groupWrites = { add, remove }

function add(db: DatabaseSync, groupId: string, userId: string, limit: number): boolean {
  const isIn = one(
    db,
    'select 1 from group_members where user_id = ? and group_id = ?',
    userId,
    groupId,
  )
  if (isIn !== undefined) return true
  const groups = one<{ count: number }>(
    db,
    'select count(*) as count from group_members where user_id = ?',
    userId,
  )
  if ((groups?.count ?? 0) >= limit) return false
  run(db, 'insert into group_members (user_id, group_id) values (?, ?)', userId, groupId)
  changeRights(db)
  return true
}

function remove(db: DatabaseSync, groupId: string, userId: string): boolean {
  const sql = 'delete from group_members where user_id = ? and group_id = ?'
  if (run(db, sql, userId, groupId) === 0) return false
  changeRights(db)
  return true
}

function members(db: DatabaseSync, groupId: string): readonly EntityRow[] {
  return all<StoredEntity>(
    db,
    `select ${ENTITY_COLUMNS} from group_members m join entities e on e.id = m.user_id
     where m.group_id = ? order by e.name`,
    groupId,
  ).map(entityRow)
}

function groupsOf(db: DatabaseSync, userId: string): readonly EntityRow[] {
  return all<StoredEntity>(
    db,
    `select ${ENTITY_COLUMNS} from group_members m join entities e on e.id = m.group_id
     where m.user_id = ? order by e.name`,
    userId,
  ).map(entityRow)
}
