import type { DatabaseSync } from 'node:sqlite'
import type { Credential, HeldPolicy, PolicyText, Rights } from '../identity-store.ts'
import { get as accessKey } from './access-keys.ts'
import { ENTITY_COLUMNS, entityRow, type StoredEntity } from './entity-row.ts'
import { get as session } from './sessions.ts'
import { all, one } from './sql.ts'

// What every request whose key is in no cache waits for: one call, four statements, each by an index.

export const rightReads = { credential, rights }

function credential(db: DatabaseSync, accessKeyId: string): Credential | undefined {
  const key = accessKey(db, accessKeyId)
  if (key === undefined) return sessionCredential(db, accessKeyId)
  if (key.userId === undefined) return { kind: 'root', key }
  return { kind: 'user', key, rights: rightsOf(db, key.userId) }
}

function sessionCredential(db: DatabaseSync, accessKeyId: string): Credential | undefined {
  const found = session(db, accessKeyId)
  if (found === undefined) return undefined
  if (found.entityId === undefined) return { kind: 'rootSession', session: found }
  const policyIds = found.limits.policyIds ?? []
  return {
    kind: 'session',
    session: found,
    rights: rightsOf(db, found.entityId),
    sessionPolicies: policyIds.flatMap((policyId) => managedPolicy(db, policyId) ?? []),
  }
}

/** The schema lets no key and no session stand without its user or role. */
function rightsOf(db: DatabaseSync, entityId: string): Rights {
  const found = rights(db, entityId)
  if (found === undefined) throw new Error(`${entityId} has a key but is not there`)
  return found
}

function rights(db: DatabaseSync, entityId: string): Rights | undefined {
  const row = one<StoredEntity>(
    db,
    `select ${ENTITY_COLUMNS} from entities e where id = ? and kind in ('user', 'role')`,
    entityId,
  )
  if (row === undefined) return undefined
  return {
    entity: entityRow(row),
    policies: heldPolicies(db, entityId),
    boundary: row.boundaryId === null ? undefined : managedPolicy(db, row.boundaryId),
    groups: groupNames(db, entityId),
  }
}

interface StoredText {
  readonly policyName: string
  readonly policyId: string | null
  readonly path: string
  readonly ownedByAws: 0 | 1
  readonly document: string
}

interface StoredHeld extends StoredText {
  readonly holderKind: 'user' | 'group' | 'role'
  readonly holderName: string
}

/**
 * Its own before its groups'; inline ones before managed ones. `cross join` holds the planner to this order of tables: left alone, it may
 * scan all attachments there are.
 */
function heldPolicies(db: DatabaseSync, entityId: string): readonly HeldPolicy[] {
  return all<StoredHeld>(
    db,
    `with holders (id, own) as (
       select ?1, 1 union all select group_id, 0 from group_members where user_id = ?1)
     select own, h.kind as holderKind, h.name as holderName, 0 as managed, i.policy_name as policyName,
       null as policyId, null as path, 0 as ownedByAws, i.document
     from holders cross join entities h cross join inline_policies i
     where h.id = holders.id and i.entity_id = holders.id
     union all
     select own, h.kind, h.name, 1, e.name, e.id, e.path, e.owned_by_aws, v.document
     from holders cross join entities h cross join attachments a cross join entities e
       cross join policies p cross join policy_versions v
     where h.id = holders.id and a.entity_id = holders.id and e.id = a.policy_id
       and p.policy_id = a.policy_id and v.policy_id = a.policy_id and v.version = p.default_version
     order by own desc, holderName, managed, policyName, ownedByAws desc`,
    entityId,
  ).map((row) => ({
    holder: { kind: row.holderKind, name: row.holderName },
    ...policyText(row),
  }))
}

function managedPolicy(db: DatabaseSync, policyId: string): PolicyText | undefined {
  const row = one<StoredText>(
    db,
    `select e.name as policyName, p.policy_id as policyId, e.path, e.owned_by_aws as ownedByAws, v.document
     from policies p join entities e on e.id = p.policy_id
       join policy_versions v on v.policy_id = p.policy_id and v.version = p.default_version
     where p.policy_id = ?`,
    policyId,
  )
  return row && policyText(row)
}

function policyText({ policyName, policyId, path, ownedByAws, document }: StoredText): PolicyText {
  return {
    policyName,
    managed: policyId === null ? undefined : { policyId, path, ownedByAws: ownedByAws === 1 },
    document,
  }
}

function groupNames(db: DatabaseSync, userId: string): readonly string[] {
  return all<{ name: string }>(
    db,
    `select e.name from group_members m join entities e on e.id = m.group_id
     where m.user_id = ? order by e.name`,
    userId,
  ).map(({ name }) => name)
}
