import type { StoredTrailEntry } from '../store.ts'

export interface EntryRow extends Omit<StoredTrailEntry, 'readOnly'> {
  readonly readOnly: 0 | 1
}

export const SELECT_ENTRY = `select seq, hash, event_id as eventId, request_id as requestId, phase, time,
  event_name as eventName, read_only as readOnly, user_name as userName, resource,
  error_code as errorCode, record from trail`

export function storedEntry(row: EntryRow): StoredTrailEntry {
  return { ...row, readOnly: row.readOnly === 1 }
}

/** The key of trail_minutes. */
export function minuteOf(time: number): number {
  return Math.floor(time / 60_000)
}
