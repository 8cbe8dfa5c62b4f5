import type { StoredTrailEntry } from '../store.ts'

export interface EntryRow extends Omit<StoredTrailEntry, 'readOnly'> {
  readonly readOnly: 0 | 1
}

/** Goes before a `from` that calls the trail `t`. */
export const SELECT_ENTRY = `select t.seq, t.hash, t.event_id as eventId, t.request_id as requestId, t.phase,
  t.time, t.event_name as eventName, t.read_only as readOnly, t.user_name as userName, t.resource,
  t.error_code as errorCode, t.record`

/** Member by member: a row has no shape that copying it whole could go by, and records are read by the thousand. */
export function storedEntry(row: EntryRow): StoredTrailEntry {
  return {
    seq: row.seq,
    hash: row.hash,
    eventId: row.eventId,
    requestId: row.requestId,
    phase: row.phase,
    time: row.time,
    eventName: row.eventName,
    readOnly: row.readOnly === 1,
    userName: row.userName,
    resource: row.resource,
    errorCode: row.errorCode,
    record: row.record,
  }
}
