import type { DatabaseSync } from 'node:sqlite'
import type { Instance, Tags } from '@fleetkey/domain/instance'
import type { JoinTokenRow, Redemption } from '../store.ts'
import { create as createInstance } from './instances.ts'
import { insertToken } from './join-token-row.ts'
import { get as pendingInstance } from './pending-instances.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const joinTokenReads = { list, find }
export const joinTokenWrites = { create: insertToken, revoke, redeem }

type StoredToken = Omit<JoinTokenRow, 'tags' | 'instanceId' | 'forInstanceId'> & {
  readonly tags: string
  readonly instanceId: string | null
  readonly forInstanceId: string | null
}

const COLUMNS = `join_token_id as joinTokenId, secret_hash as secretHash, tags, created_by as createdBy,
  created_at as createdAt, expires_at as expiresAt, state, instance_id as instanceId, for_instance_id as forInstanceId`

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

function toRow({ instanceId, forInstanceId, ...row }: StoredToken): JoinTokenRow {
  return {
    ...row,
    tags: JSON.parse(row.tags) as Tags,
    ...(instanceId !== null && { instanceId }),
    ...(forInstanceId !== null && { forInstanceId }),
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
  const token = one<{ tags: string; forInstanceId: string | null }>(
    db,
    `update join_tokens set state = 'used', instance_id = ?1
     where secret_hash = ?2 and state = 'unused' and expires_at > ?3
       and (for_instance_id is null or for_instance_id = ?1 and exists (
         select 1 from pending_instances p where p.instance_id = ?1 and p.expires_at > ?3))
     returning tags, for_instance_id as forInstanceId`,
    instanceId,
    redemption.secretHash,
    now,
  )
  if (token === undefined) return undefined
  const instance: Instance = {
    instanceId,
    agentKey,
    enrolledAt: now,
    facts,
    ...(token.forInstanceId === null
      ? { tags: JSON.parse(token.tags) as Tags }
      : takePending(db, instanceId, now)),
  }
  createInstance(db, instance)
  changeRights(db)
  return instance
}

/** What it was launched as, with the tags that it has by now. */
function takePending(
  db: DatabaseSync,
  instanceId: string,
  now: number,
): Pick<Instance, 'tags' | 'launch'> {
  const launched = pendingInstance(db, instanceId, now)
  if (launched === undefined) throw new Error(`${instanceId} is pending no more`)
  run(db, 'delete from pending_instances where instance_id = ?', instanceId)
  return { tags: launched.tags, launch: launched.launch }
}
