import type { DatabaseSync } from 'node:sqlite'
import type { Tags } from '@fleetkey/domain/instance'
import type { Launch } from '@fleetkey/domain/launch'
import type { LaunchRequest, LaunchResult, PendingInstanceRow } from '../pending-instance-store.ts'
import type { JoinTokenRow, TagChange } from '../store.ts'
import { changedTags } from './changed-tags.ts'
import { insertToken } from './join-token-row.ts'
import { changeRights } from './security-version.ts'
import { all, one, run } from './sql.ts'

export const pendingInstanceReads = { get, list }
export const pendingInstanceWrites = {
  create,
  forgetRequest,
  createJoin,
  changeTags,
  remove,
  prune,
}

interface StoredPending {
  readonly instanceId: string
  readonly tags: string
  readonly launch: string
  readonly launchedAt: number
  readonly expiresAt: number
  readonly createdBy: string
  readonly sealedUserData: string | null
}

const COLUMNS = `instance_id as instanceId, tags, launch, launched_at as launchedAt,
  expires_at as expiresAt, created_by as createdBy, sealed_user_data as sealedUserData`

export function get(
  db: DatabaseSync,
  instanceId: string,
  now: number,
): PendingInstanceRow | undefined {
  const row = one<StoredPending>(
    db,
    `select ${COLUMNS} from pending_instances where instance_id = ? and expires_at > ?`,
    instanceId,
    now,
  )
  return row && pending(row)
}

function list(db: DatabaseSync, now: number): readonly PendingInstanceRow[] {
  return all<StoredPending>(
    db,
    `select ${COLUMNS} from pending_instances where expires_at > ?
     order by launched_at, launch ->> 'reservationId', launch ->> 'index'`,
    now,
  ).map(pending)
}

function pending({ sealedUserData, ...row }: StoredPending): PendingInstanceRow {
  return {
    ...row,
    tags: JSON.parse(row.tags) as Tags,
    launch: JSON.parse(row.launch) as Launch,
    ...(sealedUserData !== null && { sealedUserData }),
  }
}

/** Looks before it writes, so that there is nothing to undo. */
function create(
  db: DatabaseSync,
  rows: readonly PendingInstanceRow[],
  { limit, request }: { readonly limit: number; readonly request?: LaunchRequest },
): LaunchResult {
  const [first] = rows
  if (first === undefined) throw new Error('a launch of nothing')
  const repeated = request && launched(db, request.clientToken, first.launchedAt)
  if (repeated !== undefined) return repeated
  if (count(db) + rows.length > limit) return { kind: 'full' }
  for (const row of rows) insert(db, row)
  if (request !== undefined) keep(db, request, rows)
  return { kind: 'created' }
}

function launched(db: DatabaseSync, clientToken: string, now: number): LaunchResult | undefined {
  run(db, 'delete from launch_requests where until <= ?', now)
  const row = one<{ requestHash: string; reservationId: string; instanceIds: string }>(
    db,
    `select request_hash as requestHash, reservation_id as reservationId, instance_ids as instanceIds
     from launch_requests where client_token = ?`,
    clientToken,
  )
  return row && { kind: 'repeated', ...row, instanceIds: JSON.parse(row.instanceIds) as string[] }
}

function count(db: DatabaseSync): number {
  return one<{ count: number }>(db, 'select count(*) as count from pending_instances')?.count ?? 0
}

function insert(db: DatabaseSync, row: PendingInstanceRow): void {
  run(
    db,
    `insert into pending_instances
       (instance_id, tags, launch, launched_at, expires_at, created_by, sealed_user_data)
     values (?, ?, ?, ?, ?, ?, ?)`,
    row.instanceId,
    JSON.stringify(row.tags),
    JSON.stringify(row.launch),
    row.launchedAt,
    row.expiresAt,
    row.createdBy,
    row.sealedUserData ?? null,
  )
}

function keep(db: DatabaseSync, request: LaunchRequest, rows: readonly PendingInstanceRow[]): void {
  run(
    db,
    `insert into launch_requests (client_token, request_hash, reservation_id, instance_ids, until)
     values (?, ?, ?, ?, ?)`,
    request.clientToken,
    request.requestHash,
    rows[0]?.launch.reservationId ?? '',
    JSON.stringify(rows.map(({ instanceId }) => instanceId)),
    request.until,
  )
}

function forgetRequest(db: DatabaseSync, clientToken: string): void {
  run(db, 'delete from launch_requests where client_token = ?', clientToken)
}

function createJoin(
  db: DatabaseSync,
  token: JoinTokenRow & { readonly forInstanceId: string },
): boolean {
  if (get(db, token.forInstanceId, token.createdAt) === undefined) return false
  revokeJoin(db, token.forInstanceId)
  insertToken(db, token)
  return true
}

function changeTags(db: DatabaseSync, instanceId: string, change: TagChange): boolean {
  const sql = 'select tags from pending_instances where instance_id = ?'
  const found = one<{ tags: string }>(db, sql, instanceId)
  if (found === undefined) return false
  const tags = changedTags(JSON.parse(found.tags) as Tags, change)
  run(
    db,
    'update pending_instances set tags = ? where instance_id = ?',
    JSON.stringify(tags),
    instanceId,
  )
  changeRights(db)
  return true
}

function remove(db: DatabaseSync, instanceId: string): boolean {
  if (run(db, 'delete from pending_instances where instance_id = ?', instanceId) === 0) return false
  revokeJoin(db, instanceId)
  changeRights(db)
  return true
}

function prune(db: DatabaseSync, now: number): readonly PendingInstanceRow[] {
  const expired = all<StoredPending>(
    db,
    `delete from pending_instances where expires_at <= ? returning ${COLUMNS}`,
    now,
  ).map(pending)
  for (const { instanceId } of expired) revokeJoin(db, instanceId)
  return expired
}

function revokeJoin(db: DatabaseSync, instanceId: string): void {
  run(
    db,
    `update join_tokens set state = 'revoked' where for_instance_id = ? and state = 'unused'`,
    instanceId,
  )
}
