import type { DatabaseSync } from 'node:sqlite'
import type { PasskeyChallenge, PasskeyRow } from '../passkey-store.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const passkeyReads = { get, byCredential, list }
export const passkeyWrites = {
  create,
  rename,
  delete: remove,
  noteUse,
  addChallenge,
  takeChallenge,
}

interface StoredPasskey extends Omit<PasskeyRow, 'transports' | 'isSynced' | 'lastUsedAt'> {
  readonly transports: string
  readonly isSynced: number
  readonly lastUsedAt: number | null
}

const SELECT = `select passkey_id as passkeyId, user_id as userId, credential_id as credentialId,
  public_key as publicKey, rp_id as rpId, counter, transports, is_synced as isSynced, name,
  created_at as createdAt, last_used_at as lastUsedAt from passkeys`

function get(db: DatabaseSync, passkeyId: string): PasskeyRow | undefined {
  const row = one<StoredPasskey>(db, `${SELECT} where passkey_id = ?`, passkeyId)
  return row && passkey(row)
}

function byCredential(db: DatabaseSync, credentialId: string): PasskeyRow | undefined {
  const row = one<StoredPasskey>(db, `${SELECT} where credential_id = ?`, credentialId)
  return row && passkey(row)
}

function list(db: DatabaseSync, userId: string | undefined): readonly PasskeyRow[] {
  const rows =
    userId === undefined
      ? all<StoredPasskey>(db, `${SELECT} order by created_at, passkey_id`)
      : all<StoredPasskey>(
          db,
          `${SELECT} where user_id = ? order by created_at, passkey_id`,
          userId,
        )
  return rows.map(passkey)
}

function passkey(row: StoredPasskey): PasskeyRow {
  const { transports, isSynced, lastUsedAt, ...same } = row
  return {
    ...same,
    transports: JSON.parse(transports) as string[],
    isSynced: isSynced === 1,
    ...(lastUsedAt !== null && { lastUsedAt }),
  }
}

function create(db: DatabaseSync, row: Omit<PasskeyRow, 'lastUsedAt'>, limit: number): boolean {
  const changed = run(
    db,
    `insert into passkeys (passkey_id, user_id, credential_id, public_key, rp_id, counter, transports, is_synced, name, created_at)
     select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
     where (select count(*) from mfa_devices where user_id = ?2)
         + (select count(*) from passkeys where user_id = ?2) < ?11
     on conflict (credential_id) do nothing`,
    row.passkeyId,
    row.userId,
    row.credentialId,
    row.publicKey,
    row.rpId,
    row.counter,
    JSON.stringify(row.transports),
    row.isSynced ? 1 : 0,
    row.name,
    row.createdAt,
    limit,
  )
  if (changed === 0) return false
  changeRights(db)
  return true
}

function rename(db: DatabaseSync, passkeyId: string, name: string): boolean {
  return run(db, 'update passkeys set name = ? where passkey_id = ?', name, passkeyId) === 1
}

function remove(db: DatabaseSync, passkeyId: string): boolean {
  if (run(db, 'delete from passkeys where passkey_id = ?', passkeyId) === 0) return false
  changeRights(db)
  return true
}

/** Compared and set by one statement: of two who show the same count at once, one is in. */
function noteUse(
  db: DatabaseSync,
  passkeyId: string,
  { counter, at }: { readonly counter: number; readonly at: number },
): boolean {
  const used = one(
    db,
    `update passkeys set counter = ?1, last_used_at = ?2
     where passkey_id = ?3 and (counter < ?1 or (counter = 0 and ?1 = 0)) returning 1`,
    counter,
    at,
    passkeyId,
  )
  return used !== undefined
}

/** Who asks again and again has the last few; others of theirs are nothing that they still look at. */
const KEPT_OF_ONE = 4

function addChallenge(
  db: DatabaseSync,
  { hash, purpose, rpId, userId = null, expiresAt }: StoredChallenge,
  now: number,
  limit: number,
): boolean {
  run(db, 'delete from passkey_challenges where expires_at <= ?', now)
  run(
    db,
    `delete from passkey_challenges where user_id = ?1 and purpose = ?2 and hash not in (
       select hash from passkey_challenges where user_id = ?1 and purpose = ?2
       order by expires_at desc limit ?3)`,
    userId,
    purpose,
    KEPT_OF_ONE - 1,
  )
  return (
    run(
      db,
      `insert into passkey_challenges (hash, purpose, rp_id, user_id, expires_at)
       select ?1, ?2, ?3, ?4, ?5
       where ?4 is not null or (select count(*) from passkey_challenges where user_id is null) < ?6`,
      hash,
      purpose,
      rpId,
      userId,
      expiresAt,
      limit,
    ) === 1
  )
}

type StoredChallenge = Omit<PasskeyChallenge, 'userId'> & { readonly userId?: string | null }

function takeChallenge(db: DatabaseSync, hash: string, now: number): PasskeyChallenge | undefined {
  const row = one<Required<StoredChallenge>>(
    db,
    `delete from passkey_challenges where hash = ?
     returning hash, purpose, rp_id as rpId, user_id as userId, expires_at as expiresAt`,
    hash,
  )
  if (row === undefined || row.expiresAt <= now) return undefined
  const { userId, ...same } = row
  return { ...same, ...(userId !== null && { userId }) }
}
