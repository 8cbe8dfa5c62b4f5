import type { DatabaseSync } from 'node:sqlite'
import type { PolicyVersionRow } from '../identity-store.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const policyVersionReads = { versions }
export const policyVersionWrites = { addVersion, setDefaultVersion, deleteVersion }

function versions(db: DatabaseSync, policyId: string): readonly PolicyVersionRow[] {
  return all<Omit<PolicyVersionRow, 'isDefault'> & { readonly isDefault: 0 | 1 }>(
    db,
    `select v.version, v.document, v.created_at as createdAt, v.version = p.default_version as isDefault
     from policy_versions v join policies p on p.policy_id = v.policy_id
     where v.policy_id = ? order by v.version desc`,
    policyId,
  ).map((row) => ({ ...row, isDefault: row.isDefault === 1 }))
}

function addVersion(
  db: DatabaseSync,
  policyId: string,
  added: { readonly document: string; readonly createdAt: number; readonly makeDefault: boolean },
  limit: number,
): number | undefined {
  const policy = one<{ lastVersion: number; count: number }>(
    db,
    `select last_version as lastVersion,
       (select count(*) from policy_versions v where v.policy_id = p.policy_id) as count
     from policies p where policy_id = ?`,
    policyId,
  )
  if (policy === undefined) throw new Error(`there is no policy ${policyId}`)
  if (policy.count >= limit) return undefined
  const version = policy.lastVersion + 1
  const { document, createdAt, makeDefault } = added
  insertVersion(db, policyId, { version, document, createdAt })
  run(
    db,
    `update policies set last_version = ?, default_version = coalesce(?, default_version),
       updated_at = ? where policy_id = ?`,
    version,
    makeDefault ? version : null,
    createdAt,
    policyId,
  )
  changeRights(db)
  return version
}

export function insertVersion(
  db: DatabaseSync,
  policyId: string,
  { version, document, createdAt }: Omit<PolicyVersionRow, 'isDefault'>,
): void {
  run(
    db,
    'insert into policy_versions (policy_id, version, document, created_at) values (?, ?, ?, ?)',
    policyId,
    version,
    document,
    createdAt,
  )
}

function setDefaultVersion(db: DatabaseSync, policyId: string, version: number): boolean {
  if (!hasVersion(db, policyId, version)) return false
  run(db, 'update policies set default_version = ? where policy_id = ?', version, policyId)
  changeRights(db)
  return true
}

function deleteVersion(
  db: DatabaseSync,
  policyId: string,
  version: number,
): 'deleted' | 'missing' | 'default' {
  if (!hasVersion(db, policyId, version)) return 'missing'
  const isDefault = one(
    db,
    'select 1 from policies where policy_id = ? and default_version = ?',
    policyId,
    version,
  )
  if (isDefault !== undefined) return 'default'
  run(db, 'delete from policy_versions where policy_id = ? and version = ?', policyId, version)
  changeRights(db)
  return 'deleted'
}

function hasVersion(db: DatabaseSync, policyId: string, version: number): boolean {
  const sql = 'select 1 from policy_versions where policy_id = ? and version = ?'
  return one(db, sql, policyId, version) !== undefined
}
