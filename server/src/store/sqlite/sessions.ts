import type { DatabaseSync } from 'node:sqlite'
import type { Federated, SessionLimits, SessionRow } from '../credential-store.ts'
import { endSessions } from './end-sessions.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const sessionReads = { list, listOfPerson, standing }
export const sessionWrites = { create, end, endAll, endAllOfPerson, prove, noteUses, prune }

interface StoredSession extends Omit<
  SessionRow,
  'entityId' | 'parentKeyId' | 'providerId' | 'limits' | 'lastUsedAt'
> {
  readonly entityId: string | null
  readonly parentKeyId: string | null
  readonly providerId: string | null
  readonly limits: string
  readonly lastUsedAt: number | null
}

const SELECT = `select access_key_id as accessKeyId, token_hash as tokenHash, sealed_secret as sealedSecret,
  entity_id as entityId, coalesce(parent_access_key_id, parent_session_id) as parentKeyId,
  provider_id as providerId, issued_at as issuedAt, expires_at as expiresAt, limits, last_used_at as lastUsedAt
  from sessions`

export function get(db: DatabaseSync, accessKeyId: string): SessionRow | undefined {
  const row = one<StoredSession>(db, `${SELECT} where access_key_id = ?`, accessKeyId)
  return row && session(row)
}

function list(db: DatabaseSync, entityId: string, now: number): readonly SessionRow[] {
  return all<StoredSession>(
    db,
    `${SELECT} where entity_id = ? and expires_at > ? order by issued_at desc, access_key_id`,
    entityId,
    now,
  ).map(session)
}

/** What was made with such a session has no provider of its own: it ends with it. */
const OF_PERSON = `provider_id = (select id from entities where kind = 'provider' and name = ?)
  and limits ->> '$.webIdentity.subject' = ?`

function listOfPerson(
  db: DatabaseSync,
  { provider, subject }: Federated,
  now: number,
): readonly SessionRow[] {
  return all<StoredSession>(
    db,
    `${SELECT} where ${OF_PERSON} and expires_at > ? order by issued_at desc, access_key_id`,
    provider,
    subject,
    now,
  ).map(session)
}

function standing(db: DatabaseSync, accessKeyIds: readonly string[]): readonly string[] {
  return all<{ accessKeyId: string }>(
    db,
    `select access_key_id as accessKeyId from json_each(?) asked
     cross join sessions where access_key_id = asked.value`,
    JSON.stringify(accessKeyIds),
  ).map(({ accessKeyId }) => accessKeyId)
}

function session({
  entityId,
  parentKeyId,
  providerId,
  lastUsedAt,
  ...row
}: StoredSession): SessionRow {
  return {
    ...row,
    ...(entityId !== null && { entityId }),
    ...(parentKeyId !== null && { parentKeyId }),
    ...(providerId !== null && { providerId }),
    ...(lastUsedAt !== null && { lastUsedAt }),
    limits: JSON.parse(row.limits) as SessionLimits,
  }
}

/** In one statement with the look at what it hangs on, which may have been withdrawn since the caller was asked who he is. */
function create(db: DatabaseSync, row: SessionRow): boolean {
  const parentKeyId = row.parentKeyId ?? null
  const providerId = row.providerId ?? null
  const created = run(
    db,
    `with parent (key_id, session_id) as (
       select
         (select access_key_id from access_keys where access_key_id = ?1 and status = 'Active'),
         (select access_key_id from sessions where access_key_id = ?1 and expires_at > ?2))
     insert into sessions (access_key_id, token_hash, sealed_secret, entity_id, parent_access_key_id,
       parent_session_id, provider_id, issued_at, expires_at, limits)
     select ?3, ?4, ?5, ?6, key_id, session_id, ?7, ?2, ?8, ?9 from parent
     where (?1 is null or key_id is not null or session_id is not null)
       and (?7 is null or exists (select 1 from providers where provider_id = ?7))
       and (exists (select 1 from entities where id = ?6)
         or (?6 is null and exists (select 1 from access_keys where access_key_id = key_id and user_id is null)))`,
    parentKeyId,
    row.issuedAt,
    row.accessKeyId,
    row.tokenHash,
    row.sealedSecret,
    row.entityId ?? null,
    providerId,
    row.expiresAt,
    JSON.stringify(row.limits),
  )
  return created === 1
}

function end(db: DatabaseSync, accessKeyId: string): boolean {
  return ended(db, endSessions(db, 'access_key_id = ?', accessKeyId)) > 0
}

function endAll(db: DatabaseSync, entityId: string, issuedBefore: number): number {
  return ended(db, endSessions(db, 'entity_id = ? and issued_at < ?', entityId, issuedBefore))
}

function endAllOfPerson(
  db: DatabaseSync,
  { provider, subject }: Federated,
  issuedBefore: number,
): number {
  return ended(
    db,
    endSessions(db, `${OF_PERSON} and issued_at < ?`, provider, subject, issuedBefore),
  )
}

/** What was cached of it says otherwise. */
function prove(
  db: DatabaseSync,
  accessKeyId: string,
  { provenAt, mfaAt }: { readonly provenAt: number; readonly mfaAt: number | undefined },
): boolean {
  const proven = run(
    db,
    // A null would not be the same as nothing.
    `update sessions set limits = json_patch(limits, ?2)
     where access_key_id = ?1 and limits -> '$.console' is not null`,
    accessKeyId,
    JSON.stringify({ console: { provenAt }, mfaAt }),
  )
  return ended(db, proven) > 0
}

function noteUses(
  db: DatabaseSync,
  uses: readonly { readonly accessKeyId: string; readonly at: number }[],
): void {
  for (const { accessKeyId, at } of uses) {
    run(
      db,
      'update sessions set last_used_at = ?2 where access_key_id = ?1 and coalesce(last_used_at, 0) < ?2',
      accessKeyId,
      at,
    )
  }
}

function ended(db: DatabaseSync, count: number): number {
  if (count > 0) changeRights(db)
  return count
}

/** What still leads from a living session up to its first key stays: by it the living one is found when that key is withdrawn. */
function prune(db: DatabaseSync, now: number): void {
  run(
    db,
    `with recursive needed (access_key_id) as (
       select parent_session_id from sessions where expires_at > ?1 and parent_session_id is not null
       union
       select s.parent_session_id from sessions s join needed n on s.access_key_id = n.access_key_id
       where s.parent_session_id is not null)
     delete from sessions
     where expires_at <= ?1 and access_key_id not in (select access_key_id from needed)`,
    now,
  )
}
