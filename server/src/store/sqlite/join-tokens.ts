import type { DatabaseSync } from 'node:sqlite'
import type { Instance, Tags } from '@fleetkey/domain/instance'
import type { JoinTokenRow, Redemption } from '../store.ts'
import { create as createInstance } from './instances.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const joinTokenReads = { list, find }
export const joinTokenWrites = { create, revoke, redeem }

function create(db: DatabaseSync, row: JoinTokenRow): void {
  run(
    db,
    `insert into join_tokens
       (join_token_id, secret_hash, tags, created_by, created_at, expires_at, state, instance_id)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    row.joinTokenId,
    row.secretHash,
    JSON.stringify(row.tags),
    row.createdBy,
    row.createdAt,
    row.expiresAt,
    row.state,
    row.instanceId ?? null,
  )
}

type StoredToken = Omit<JoinTokenRow, 'tags' | 'instanceId'> & {
  readonly tags: string
  readonly instanceId: string | null
}

const COLUMNS = `join_token_id as joinTokenId, secret_hash as secretHash, tags, created_by as createdBy,
  created_at as createdAt, expires_at as expiresAt, state, instance_id as instanceId`

function list(db: DatabaseSync): readonly JoinTokenRow[] {
  return all<StoredToken>(
    db,
    `select ${COLUMNS} from join_tokens order by created_at, join_token_id`,
  ).map(toRow)
}

function find(db: DatabaseSync, secretHash: string): JoinTokenRow | undefined {
  const found = one<StoredToken>(
    db,
    `select ${COLUMNS} from join_tokens where secret_hash = ?`,
    secretHash,
  )
  return found && toRow(found)
}

function toRow({ instanceId, ...row }: StoredToken): JoinTokenRow {
  return {
    ...row,
    tags: JSON.parse(row.tags) as Tags,
    ...(instanceId !== null && { instanceId }),
  }
}

function revoke(db: DatabaseSync, joinTokenId: string): boolean {
  return (
    run(
      db,
      `update join_tokens set state = 'revoked' where join_token_id = ? and state = 'unused'`,
      joinTokenId,
    ) === 1
  )
}

/** Checked and used up by one statement: between a look and a use, another host would slip in (security.md P9). */
function redeem(db: DatabaseSync, redemption: Redemption): Instance | undefined {
  const { instanceId, agentKey, facts, now } = redemption
  const token = one<{ tags: string }>(
    db,
    `update join_tokens set state = 'used', instance_id = ?
     where secret_hash = ? and state = 'unused' and expires_at > ? returning tags`,
    instanceId,
    redemption.secretHash,
    now,
  )
  if (token === undefined) return undefined
  const tags = JSON.parse(token.tags) as Tags
  const instance: Instance = { instanceId, tags, agentKey, enrolledAt: now, facts }
  createInstance(db, instance)
  changeRights(db)
  return instance
}
