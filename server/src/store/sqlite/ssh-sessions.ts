import type { DatabaseSync } from 'node:sqlite'
import type {
  LoginMethod,
  LoginSource,
  SessionEnding,
  UnexplainedCause,
} from '@fleetkey/domain/ssh-session'
import {
  MAX_OPEN_PER_INSTANCE,
  MAX_UNRECORDED,
  MAX_UNRECORDED_ENDED,
  MIN_UNRECORDED,
  type ListedSshSession,
  type SessionEnd,
  type SessionOfInstance,
  type SessionStart,
  type SshSessionQuery,
  type SshSessionRow,
} from '../ssh-session-store.ts'
import { all, one, run } from './sql.ts'

export const sshSessionReads = { get, list }
export const sshSessionWrites = { start, markUnexplained, end, prune }

interface Stored {
  readonly place: number
  readonly sessionId: string
  readonly instanceId: string
  readonly osUser: string
  readonly uid: number | null
  readonly method: LoginMethod
  readonly seenBy: LoginSource
  readonly fingerprint: string | null
  readonly address: string | null
  readonly port: number | null
  readonly pid: number
  readonly startedAt: number
  readonly requestId: string | null
  readonly principalId: string | null
  readonly principalArn: string | null
  readonly userName: string | null
  readonly owner: string | null
  readonly endsWithRight: number | null
  readonly unexplained: UnexplainedCause | null
  readonly ending: SessionEnding | null
  readonly endedAt: number | null
  readonly notBefore: number | null
  readonly unrecorded: number
}

const SELECT = `select place, session_id as sessionId, instance_id as instanceId, os_user as osUser, uid, method,
  seen_by as seenBy, fingerprint, address, port, pid, started_at as startedAt, request_id as requestId,
  principal_id as principalId, principal_arn as principalArn, user_name as userName, owner, ends_with_right as endsWithRight, unexplained, ending,
  ended_at as endedAt, ended_not_before as notBefore, unrecorded from ssh_sessions`

function get(
  db: DatabaseSync,
  { instanceId, sessionId }: SessionOfInstance,
): SshSessionRow | undefined {
  const sql = `${SELECT} where session_id = ? and instance_id = ?`
  const row = one<Stored>(db, sql, sessionId, instanceId)
  if (row === undefined) return undefined
  const { place: _, ...session } = listed(row)
  return session
}

function list(db: DatabaseSync, query: SshSessionQuery): readonly ListedSshSession[] {
  const given = conditions(query)
  const where = given.length === 0 ? '' : `where ${given.map(({ sql }) => sql).join(' and ')}`
  return all<Stored>(
    db,
    `${SELECT} ${where} order by place desc limit ?`,
    ...given.flatMap(({ value }) => (value === undefined ? [] : [value])),
    query.limit,
  ).map(listed)
}

function conditions(query: SshSessionQuery): { sql: string; value?: string | number }[] {
  const { state, sessionIds } = query
  const compared = [
    ['instance_id = ?', query.instanceId],
    ['os_user = ?', query.osUser],
    ['owner = ?', query.owner],
    ['user_name = ?', query.userName],
    ['principal_arn = ?', query.principalArn],
    ['started_at >= ?', query.from],
    ['started_at <= ?', query.to],
    ['place < ?', query.beforePlace],
    [
      'session_id in (select value from json_each(?))',
      sessionIds === undefined ? undefined : JSON.stringify(sessionIds),
    ],
  ] as const
  return [
    ...(state === undefined
      ? []
      : [{ sql: `ended_at is ${state === 'active' ? '' : 'not '}null` }]),
    ...compared.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }])),
  ]
}

/** What is null is left out: there is nothing to say. */
function listed(row: Stored): ListedSshSession {
  const { requestId, principalId, principalArn, userName, owner, endsWithRight } = row
  const { ending, endedAt, notBefore } = row
  const { uid, fingerprint, address, port, unexplained, ...session } = row
  return {
    place: session.place,
    sessionId: session.sessionId,
    instanceId: session.instanceId,
    osUser: session.osUser,
    ...(uid !== null && { uid }),
    method: session.method,
    seenBy: session.seenBy,
    ...(fingerprint !== null && { fingerprint }),
    ...(address !== null && { address }),
    ...(port !== null && { port }),
    pid: session.pid,
    startedAt: session.startedAt,
    ...(requestId !== null &&
      principalId !== null &&
      principalArn !== null &&
      userName !== null && {
        grant: {
          requestId,
          principalId,
          principalArn,
          userName,
          ...(owner !== null && { owner }),
          endsWithRight: endsWithRight === 1,
        },
      }),
    ...(unexplained !== null && { unexplained }),
    ...(ending !== null &&
      endedAt !== null && {
        end: { kind: ending, at: endedAt, ...(notBefore !== null && { notBefore }) },
      }),
    ...(row.unrecorded === 1 && { isUnrecorded: true }),
  }
}

function start(db: DatabaseSync, row: SshSessionRow): SessionStart {
  const { sessionId, instanceId, grant, end: ended } = row
  const known = 'select 1 from ssh_sessions where session_id = ? and instance_id = ?'
  if (one(db, known, sessionId, instanceId) !== undefined) return 'known'
  if (!hasRoom(db, row)) return 'no room'
  run(
    db,
    `insert into ssh_sessions (session_id, instance_id, os_user, uid, method, seen_by, fingerprint, address, port, pid, started_at,
       request_id, principal_id, principal_arn, user_name, owner, ends_with_right, unexplained, ending, ended_at, ended_not_before, unrecorded)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    sessionId,
    instanceId,
    row.osUser,
    row.uid ?? null,
    row.method,
    row.seenBy,
    row.fingerprint ?? null,
    row.address ?? null,
    row.port ?? null,
    row.pid,
    row.startedAt,
    grant?.requestId ?? null,
    grant?.principalId ?? null,
    grant?.principalArn ?? null,
    grant?.userName ?? null,
    grant?.owner ?? null,
    grant === undefined ? null : Number(grant.endsWithRight),
    row.unexplained ?? null,
    ended?.kind ?? null,
    ended?.at ?? null,
    ended?.notBefore ?? null,
    Number(row.isUnrecorded ?? false),
  )
  return 'listed'
}

function hasRoom(db: DatabaseSync, { instanceId, grant, isUnrecorded }: SshSessionRow): boolean {
  const open = 'from ssh_sessions where ended_at is null'
  const ofKind = `instance_id = ? and request_id is ${grant === undefined ? '' : 'not '}null`
  const ofHost = count(db, `select count(*) as count ${open} and ${ofKind}`, instanceId)
  if (ofHost >= MAX_OPEN_PER_INSTANCE) return false
  if (isUnrecorded === undefined) return true
  const unrecorded = `${open} and unrecorded = 1`
  const itsLast = `select 1 ${unrecorded} and instance_id = ? limit 1 offset ?`
  if (one(db, itsLast, instanceId, MIN_UNRECORDED - 1) === undefined) return true
  return count(db, `select count(*) as count ${unrecorded}`) < MAX_UNRECORDED
}

const count = (db: DatabaseSync, sql: string, ...values: readonly string[]): number =>
  one<{ readonly count: number }>(db, sql, ...values)?.count ?? 0

function markUnexplained(
  db: DatabaseSync,
  { sessionId, instanceId }: SessionOfInstance,
  cause: UnexplainedCause,
): boolean {
  const sql = `update ssh_sessions set unexplained = ?
    where session_id = ? and instance_id = ? and request_id is null`
  return run(db, sql, cause, sessionId, instanceId) === 1
}

function end(
  db: DatabaseSync,
  { sessionId, instanceId }: SessionOfInstance,
  { kind, at, notBefore }: SessionEnd,
): boolean {
  const ended = `update ssh_sessions set ending = ?, ended_at = ?, ended_not_before = ?
    where session_id = ? and instance_id = ? and ended_at is null`
  if (run(db, ended, kind, at, notBefore ?? null, sessionId, instanceId) === 0) return false
  const old = `delete from ssh_sessions where place in (select place from ssh_sessions
    where unrecorded = 1 and instance_id = ? and ended_at is not null order by ended_at desc limit -1 offset ?)`
  run(db, old, instanceId, MAX_UNRECORDED_ENDED)
  return true
}

function prune(db: DatabaseSync, before: number, limit: number): number {
  const ended = `delete from ssh_sessions where place in
    (select place from ssh_sessions where ended_at < ? order by ended_at limit ?)`
  const forgotten = `delete from ssh_sessions where place in
    (select place from ssh_sessions where ended_at is null and started_at < ?
     and instance_id not in (select instance_id from instances) limit ?)`
  return run(db, ended, before, limit) + run(db, forgotten, before, limit)
}
