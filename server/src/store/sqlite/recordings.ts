import type { DatabaseSync } from 'node:sqlite'
import type { RecordingState } from '@fleetkey/domain/recording'
import type {
  ListedRecording,
  RecordingEnd,
  RecordingQuery,
  RecordingRow,
} from '../recording-store.ts'
import { all, one, run } from './sql.ts'

export const recordingReads = { get, list }
export const recordingWrites = { start, end, moved, forget }

interface Stored {
  readonly place: number
  readonly recordingId: string
  readonly terminalId: string
  readonly instanceId: string
  readonly instanceName: string | null
  readonly osUser: string
  readonly principalId: string
  readonly principalArn: string
  readonly userName: string
  readonly owner: string | null
  readonly requestId: string
  readonly startedAt: number
  readonly cols: number
  readonly rows: number
  readonly hasInput: number
  readonly sealedKey: string
  readonly keptIn: RecordingRow['keptIn']
  readonly state: RecordingState
  readonly endedAt: number | null
  readonly durationMs: number
  readonly because: string
  readonly bytes: number
  readonly storedBytes: number
  readonly chunks: number
  readonly sha256: string
  readonly trailSeq: number
  readonly chunkIndex: Uint8Array | null
}

const COLUMNS = `place, recording_id as recordingId, terminal_id as terminalId, instance_id as instanceId,
  instance_name as instanceName, os_user as osUser, principal_id as principalId, principal_arn as principalArn, user_name as userName,
  owner, request_id as requestId, started_at as startedAt, cols, rows, has_input as hasInput, sealed_key as sealedKey,
  kept_in as keptIn, state, ended_at as endedAt, duration_ms as durationMs, because, bytes, stored_bytes as storedBytes, chunks,
  sha256, trail_seq as trailSeq`

function get(db: DatabaseSync, recordingId: string): RecordingRow | undefined {
  const sql = `select ${COLUMNS}, chunk_index as chunkIndex from recordings where recording_id = ?`
  const row = one<Stored>(db, sql, recordingId)
  if (row === undefined) return undefined
  const { place: _, ...recording } = listed(row)
  return recording
}

function list(db: DatabaseSync, query: RecordingQuery): readonly ListedRecording[] {
  const given = conditions(query)
  const where = given.length === 0 ? '' : `where ${given.map(({ sql }) => sql).join(' and ')}`
  return all<Stored>(
    db,
    `select ${COLUMNS}, null as chunkIndex from recordings ${where} order by place desc limit ?`,
    ...given.flatMap(({ value }) => (value === undefined ? [] : [value])),
    query.limit,
  ).map(listed)
}

function conditions(query: RecordingQuery): { sql: string; value?: string | number }[] {
  const { state, keptIn } = query
  const compared = [
    ['instance_id = ?', query.instanceId],
    ['os_user = ?', query.osUser],
    ['owner = ?', query.owner],
    ['user_name = ?', query.userName],
    ['principal_arn = ?', query.principalArn],
    ['terminal_id = ?', query.terminalId],
    ['started_at >= ?', query.from],
    ['started_at <= ?', query.to],
    ['ended_at < ?', query.endedBefore],
    ['place < ?', query.beforePlace],
    // What is over has one of three states: compared as such.
    ['state = ?', state === 'running' ? undefined : state],
  ] as const
  return [
    // Spelled out, so that the partial indexes serve them.
    ...(state === 'running' ? [{ sql: 'ended_at is null' }] : []),
    ...(keptIn === undefined ? [] : [{ sql: `kept_in = '${keptIn}'` }]),
    ...compared.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }])),
  ]
}

/** What is null is left out: there is nothing to say. */
function listed(row: Stored): ListedRecording {
  const { instanceName, owner, state, endedAt } = row
  return {
    place: row.place,
    recordingId: row.recordingId,
    terminalId: row.terminalId,
    instanceId: row.instanceId,
    ...(instanceName !== null && { instanceName }),
    osUser: row.osUser,
    principalId: row.principalId,
    principalArn: row.principalArn,
    userName: row.userName,
    ...(owner !== null && { owner }),
    requestId: row.requestId,
    startedAt: row.startedAt,
    cols: row.cols,
    rows: row.rows,
    hasInput: row.hasInput === 1,
    sealedKey: row.sealedKey,
    keptIn: row.keptIn,
    state,
    ...(state !== 'running' &&
      endedAt !== null && {
        end: {
          state,
          at: endedAt,
          durationMs: row.durationMs,
          because: row.because,
          bytes: row.bytes,
          storedBytes: row.storedBytes,
          chunks: row.chunks,
          sha256: row.sha256,
          trailSeq: row.trailSeq,
          index: row.chunkIndex ?? new Uint8Array(),
        },
      }),
  }
}

function start(db: DatabaseSync, row: Omit<RecordingRow, 'state' | 'end' | 'keptIn'>): void {
  run(
    db,
    `insert into recordings (recording_id, terminal_id, instance_id, instance_name, os_user, principal_id, principal_arn,
       user_name, owner, request_id, started_at, cols, rows, has_input, sealed_key, kept_in, state)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'directory', 'running')`,
    row.recordingId,
    row.terminalId,
    row.instanceId,
    row.instanceName ?? null,
    row.osUser,
    row.principalId,
    row.principalArn,
    row.userName,
    row.owner ?? null,
    row.requestId,
    row.startedAt,
    row.cols,
    row.rows,
    Number(row.hasInput),
    row.sealedKey,
  )
}

function end(db: DatabaseSync, recordingId: string, ended: RecordingEnd): boolean {
  const sql = `update recordings set state = ?, ended_at = ?, duration_ms = ?, because = ?, bytes = ?, stored_bytes = ?, chunks = ?,
    sha256 = ?, trail_seq = ?, chunk_index = ? where recording_id = ? and ended_at is null`
  const { state, at, durationMs, because, bytes, storedBytes, chunks, sha256, trailSeq } = ended
  const sizes = [bytes, storedBytes, chunks]
  const { index } = ended
  return (
    run(db, sql, state, at, durationMs, because, ...sizes, sha256, trailSeq, index, recordingId) ===
    1
  )
}

function moved(db: DatabaseSync, recordingId: string): boolean {
  const sql = `update recordings set kept_in = 's3' where recording_id = ? and kept_in = 'directory' and ended_at is not null`
  return run(db, sql, recordingId) === 1
}

function forget(db: DatabaseSync, recordingId: string): boolean {
  return run(db, 'delete from recordings where recording_id = ?', recordingId) === 1
}
