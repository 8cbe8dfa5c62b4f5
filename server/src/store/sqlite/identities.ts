import type { DatabaseSync } from 'node:sqlite'
import type { Credential, InlinePolicyRow, UserRow } from '../store.ts'
import { byId } from './access-keys.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const identityReads = { credential, user, listUsers, listUserPolicies }
export const identityWrites = { createUser, deleteUser, putUserPolicy, deleteUserPolicy }

const SELECT_USER =
  'select user_id as userId, user_name as userName, created_at as createdAt from users'

function credential(db: DatabaseSync, accessKeyId: string): Credential | undefined {
  const accessKey = byId(db, accessKeyId)
  if (accessKey === undefined) return undefined
  if (accessKey.userId === undefined) return { accessKey, user: undefined, policies: [] }
  return {
    accessKey,
    user: one<UserRow>(db, `${SELECT_USER} where user_id = ?`, accessKey.userId),
    policies: listUserPolicies(db, accessKey.userId),
  }
}

function createUser(db: DatabaseSync, { userId, userName, createdAt }: UserRow): boolean {
  const created = run(
    db,
    `insert into users (user_id, user_name, created_at) values (?, ?, ?)
     on conflict (user_name) do nothing`,
    userId,
    userName,
    createdAt,
  )
  if (created === 0) return false
  changeRights(db)
  return true
}

function user(db: DatabaseSync, userName: string): UserRow | undefined {
  return one<UserRow>(db, `${SELECT_USER} where user_name = ?`, userName)
}

function listUsers(db: DatabaseSync): readonly UserRow[] {
  return all<UserRow>(db, `${SELECT_USER} order by user_name`)
}

function deleteUser(db: DatabaseSync, userName: string): boolean {
  if (run(db, 'delete from users where user_name = ?', userName) === 0) return false
  changeRights(db)
  return true
}

function putUserPolicy(
  db: DatabaseSync,
  userId: string,
  { policyName, document }: InlinePolicyRow,
): void {
  run(
    db,
    `insert into user_policies (user_id, policy_name, document) values (?, ?, ?)
     on conflict (user_id, policy_name) do update set document = excluded.document`,
    userId,
    policyName,
    document,
  )
  changeRights(db)
}

function listUserPolicies(db: DatabaseSync, userId: string): readonly InlinePolicyRow[] {
  return all<InlinePolicyRow>(
    db,
    `select policy_name as policyName, document from user_policies
     where user_id = ? order by policy_name`,
    userId,
  )
}

function deleteUserPolicy(db: DatabaseSync, userId: string, policyName: string): boolean {
  const sql = 'delete from user_policies where user_id = ? and policy_name = ?'
  if (run(db, sql, userId, policyName) === 0) return false
  changeRights(db)
  return true
}
