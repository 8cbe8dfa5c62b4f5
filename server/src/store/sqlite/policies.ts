import type { DatabaseSync } from 'node:sqlite'
import type { EntityRow, PolicyQuery, PolicyRow } from '../identity-store.ts'
import { insertEntity } from './entity-row.ts'
import { policyRow, SELECT_POLICY, type StoredPolicy } from './policy-row.ts'
import { insertVersion } from './policy-versions.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const policyReads = { find, get, list }
export const policyWrites = { create }

function create(
  db: DatabaseSync,
  row: EntityRow & { readonly description: string; readonly document: string },
  limit?: number,
): boolean {
  if (!insertEntity(db, row, limit)) return false
  insertVersion(db, row.id, { version: 1, document: row.document, createdAt: row.createdAt })
  run(
    db,
    `insert into policies (policy_id, description, default_version, last_version, updated_at)
     values (?, ?, 1, 1, ?)`,
    row.id,
    row.description,
    row.createdAt,
  )
  changeRights(db)
  return true
}

/** Found by the index, which knows no case; then compared exactly. */
function find(db: DatabaseSync, name: string, ownedByAws: boolean): PolicyRow | undefined {
  const row = one<StoredPolicy>(
    db,
    `${SELECT_POLICY} where e.kind = 'policy' and e.owned_by_aws = ? and e.name = ?
     and e.name = ? collate binary`,
    ownedByAws ? 1 : 0,
    name,
    name,
  )
  return row && policyRow(row)
}

function get(db: DatabaseSync, policyId: string): PolicyRow | undefined {
  const row = one<StoredPolicy>(db, `${SELECT_POLICY} where p.policy_id = ?`, policyId)
  return row && policyRow(row)
}

/** AWS's policy before the account's of the same name. */
function list(db: DatabaseSync, query: PolicyQuery): readonly PolicyRow[] {
  const { scope, onlyAttached, pathPrefix = '', after, limit = -1 } = query
  return all<StoredPolicy>(
    db,
    `${SELECT_POLICY}
     where e.kind = 'policy' and e.owned_by_aws between ? and ?
       and (? = 0 or exists (select 1 from attachments a where a.policy_id = p.policy_id))
       and substr(e.path, 1, length(?)) = ?
       and (e.name > ? or (e.name = ? and e.owned_by_aws < ?))
     order by e.name, e.owned_by_aws desc limit ?`,
    scope === 'AWS' ? 1 : 0,
    scope === 'Local' ? 0 : 1,
    onlyAttached ? 1 : 0,
    pathPrefix,
    pathPrefix,
    after?.name ?? '',
    after?.name ?? '',
    after?.ownedByAws ? 1 : 0,
    limit,
  ).map(policyRow)
}
