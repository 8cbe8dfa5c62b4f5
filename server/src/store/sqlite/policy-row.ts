import type { PolicyRow } from '../identity-store.ts'
import { ENTITY_COLUMNS, entityRow, type StoredEntity } from './entity-row.ts'

export interface StoredPolicy extends StoredEntity {
  readonly description: string
  readonly ownedByAws: 0 | 1
  readonly defaultVersion: number
  readonly attachments: number
  readonly boundaryUses: number
  readonly updatedAt: number
}

/** The policy is `p`, its entity `e`. */
export const SELECT_POLICY = `select ${ENTITY_COLUMNS}, p.description, e.owned_by_aws as ownedByAws,
  p.default_version as defaultVersion, p.updated_at as updatedAt,
  (select count(*) from attachments a where a.policy_id = p.policy_id) as attachments,
  (select count(*) from entities b where b.boundary_id = p.policy_id) as boundaryUses
  from policies p join entities e on e.id = p.policy_id`

export function policyRow(row: StoredPolicy): PolicyRow {
  const { description, ownedByAws, defaultVersion, attachments, boundaryUses, updatedAt } = row
  return {
    ...entityRow(row),
    description,
    ownedByAws: ownedByAws === 1,
    defaultVersion,
    attachments,
    boundaryUses,
    updatedAt,
  }
}
