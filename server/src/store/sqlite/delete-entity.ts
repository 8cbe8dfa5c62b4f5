import type { DatabaseSync } from 'node:sqlite'
import type { DeleteResult, EntityKind, Hold } from '../identity-store.ts'
import { endSessions } from './end-sessions.ts'
import { changeRights } from './security-version.ts'
import { one, run } from './sql.ts'

/** Something that keeps an entity from being deleted: what, for which kinds, and a query that finds it by the entity's id. */
interface Holder {
  readonly what: Hold
  readonly kinds: readonly EntityKind[]
  readonly sql: string
}

/** In the order in which AWS names them. */
const HOLDERS: readonly Holder[] = [
  {
    what: 'access keys',
    kinds: ['user'],
    sql: 'select 1 from access_keys where user_id = ?',
  },
  {
    what: 'inline policies',
    kinds: ['user', 'group', 'role'],
    sql: 'select 1 from inline_policies where entity_id = ?',
  },
  {
    what: 'attached policies',
    kinds: ['user', 'group', 'role'],
    sql: 'select 1 from attachments where entity_id = ?',
  },
  { what: 'groups', kinds: ['user'], sql: 'select 1 from group_members where user_id = ?' },
  { what: 'users', kinds: ['group'], sql: 'select 1 from group_members where group_id = ?' },
  { what: 'password', kinds: ['user'], sql: 'select 1 from passwords where user_id = ?' },
  {
    what: 'MFA devices',
    kinds: ['user'],
    sql: `select 1 from mfa_devices where user_id = ?1
          union all select 1 from passkeys where user_id = ?1`,
  },
  {
    what: 'user',
    kinds: ['mfa'],
    sql: 'select 1 from mfa_devices where device_id = ? and user_id is not null',
  },
  {
    what: 'instance profiles',
    kinds: ['role'],
    sql: 'select 1 from profile_roles where role_id = ?',
  },
  { what: 'role', kinds: ['profile'], sql: 'select 1 from profile_roles where profile_id = ?' },
  { what: 'attachments', kinds: ['policy'], sql: 'select 1 from attachments where policy_id = ?' },
  {
    what: 'versions',
    kinds: ['policy'],
    sql: `select 1 from policy_versions v join policies p on p.policy_id = v.policy_id
          where v.policy_id = ? and v.version <> p.default_version`,
  },
]

/** Not even by force: whom it bounds could do more afterwards than anybody allowed. */
const BOUNDED: Holder = {
  what: 'uses as permissions boundary',
  kinds: ['policy'],
  sql: 'select 1 from entities where boundary_id = ?',
}

export function deleteEntity(
  db: DatabaseSync,
  id: string,
  { force }: { readonly force: boolean },
): DeleteResult {
  const kind = one<{ kind: EntityKind }>(db, 'select kind from entities where id = ?', id)?.kind
  if (kind === undefined) return { kind: 'missing' }
  const holders = force ? [BOUNDED] : [...HOLDERS, BOUNDED]
  const held = holders.find(
    (holder) => holder.kinds.includes(kind) && one(db, `${holder.sql} limit 1`, id) !== undefined,
  )
  if (held !== undefined) return { kind: 'conflict', holds: held.what }
  detach(db, id, kind)
  run(db, 'delete from entities where id = ?', id)
  changeRights(db)
  return { kind: 'deleted' }
}

/** What no cascade takes along. */
function detach(db: DatabaseSync, id: string, kind: EntityKind): void {
  switch (kind) {
    case 'user':
      endSessions(
        db,
        `entity_id = ?1
         or parent_access_key_id in (select access_key_id from access_keys where user_id = ?1)`,
        id,
      )
      run(
        db,
        'delete from entities where id in (select device_id from mfa_devices where user_id = ?)',
        id,
      )
      return
    case 'role':
      endSessions(db, 'entity_id = ?', id)
      return
    case 'provider':
      endSessions(db, 'provider_id = ?', id)
      return
    case 'policy':
      run(db, 'delete from attachments where policy_id = ?', id)
      return
    case 'group':
    case 'mfa':
    case 'profile':
  }
}
