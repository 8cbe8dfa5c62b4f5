import { jsonLine } from '@fleetkey/domain/acting-characters'
import type { StoredTrailEntry } from '../../store/store.ts'

/** Where a stream of the trail goes. */
export interface StreamReceiver {
  /** For people: `syslog siem.example.com:601`. No secret. */
  readonly name: string
  /** Resolves once all of them are taken over there, in their order. When it rejects, all come again, with those that were taken. */
  take(entries: readonly StoredTrailEntry[], signal: AbortSignal): Promise<void>
}

/** What every receiver is given of a record: its place in the chain, its hash and all of it. */
export const streamedRecord = ({ seq, hash, record }: StoredTrailEntry) => ({
  seq,
  hash,
  record: JSON.parse(record) as unknown,
})

export const recordLine = (entry: StoredTrailEntry): string => jsonLine(streamedRecord(entry))
