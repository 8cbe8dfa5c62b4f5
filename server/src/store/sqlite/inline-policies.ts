import type { DatabaseSync } from 'node:sqlite'
import type { InlinePolicyRow } from '../identity-store.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const inlinePolicyReads = { get, list }
export const inlinePolicyWrites = { put, delete: remove }

const SELECT = 'select policy_name as policyName, document from inline_policies'

function put(db: DatabaseSync, entityId: string, { policyName, document }: InlinePolicyRow): void {
  run(
    db,
    `insert into inline_policies (entity_id, policy_name, document) values (?, ?, ?)
     on conflict (entity_id, policy_name) do update set document = excluded.document`,
    entityId,
    policyName,
    document,
  )
  changeRights(db)
}

function get(db: DatabaseSync, entityId: string, policyName: string): InlinePolicyRow | undefined {
  const sql = `${SELECT} where entity_id = ? and policy_name = ?`
  return one<InlinePolicyRow>(db, sql, entityId, policyName)
}

function list(db: DatabaseSync, entityId: string): readonly InlinePolicyRow[] {
  return all<InlinePolicyRow>(db, `${SELECT} where entity_id = ? order by policy_name`, entityId)
}

function remove(db: DatabaseSync, entityId: string, policyName: string): boolean {
  const sql = 'delete from inline_policies where entity_id = ? and policy_name = ?'
  if (run(db, sql, entityId, policyName) === 0) return false
  changeRights(db)
  return true
}
