import type { DatabaseSync } from 'node:sqlite'
import type { EntityRow, PolicyRow } from '../identity-store.ts'
import { ENTITY_COLUMNS, entityRow, type StoredEntity } from './entity-row.ts'
import { policyRow, SELECT_POLICY, type StoredPolicy } from './policy-row.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const attachmentReads = { attachedTo, entitiesOf }
export const attachmentWrites = { attach, detach }

function attach(db: DatabaseSync, policyId: string, entityId: string, limit: number): boolean {
  const isAttached = one(
    db,
    'select 1 from attachments where entity_id = ? and policy_id = ?',
    entityId,
    policyId,
  )
  if (isAttached !== undefined) return true
  const attached = one<{ count: number }>(
    db,
    'select count(*) as count from attachments where entity_id = ?',
    entityId,
  )
  if ((attached?.count ?? 0) >= limit) return false
  run(db, 'insert into attachments (entity_id, policy_id) values (?, ?)', entityId, policyId)
  changeRights(db)
  return true
}

function detach(db: DatabaseSync, policyId: string, entityId: string): boolean {
  const sql = 'delete from attachments where entity_id = ? and policy_id = ?'
  if (run(db, sql, entityId, policyId) === 0) return false
  changeRights(db)
  return true
}

function attachedTo(db: DatabaseSync, entityId: string): readonly PolicyRow[] {
  return all<StoredPolicy>(
    db,
    `${SELECT_POLICY} join attachments held on held.policy_id = p.policy_id
     where held.entity_id = ? order by e.name, e.owned_by_aws desc`,
    entityId,
  ).map(policyRow)
}

function entitiesOf(
  db: DatabaseSync,
  policyId: string,
): { readonly attached: readonly EntityRow[]; readonly bounded: readonly EntityRow[] } {
  const attached = `select ${ENTITY_COLUMNS} from attachments a join entities e on e.id = a.entity_id
    where a.policy_id = ? order by e.kind, e.name`
  const bounded = `select ${ENTITY_COLUMNS} from entities e where e.boundary_id = ? order by e.kind, e.name`
  return {
    attached: all<StoredEntity>(db, attached, policyId).map(entityRow),
    bounded: all<StoredEntity>(db, bounded, policyId).map(entityRow),
  }
}
