import type { RecordingState } from '@fleetkey/domain/recording'

/** One recording of a terminal. What it shows is kept elsewhere, sealed; this is how it is found and opened. */
export interface RecordingRow {
  readonly recordingId: string
  readonly terminalId: string
  readonly instanceId: string
  /** As the instance was called when it began. */
  readonly instanceName?: string
  readonly osUser: string
  /** Unique id of who opened the terminal, as in the trail. */
  readonly principalId: string
  readonly principalArn: string
  readonly userName: string
  /** Whose own it is (domain/src/owner.ts); undefined where it is not known, which makes it nobody's. */
  readonly owner?: string
  /** Of the push that let the terminal in: leads to the event's story. */
  readonly requestId: string
  readonly startedAt: number
  readonly cols: number
  readonly rows: number
  /** Whether what was typed is in it. */
  readonly hasInput: boolean
  /** The key of its chunks, sealed by the envelope. */
  readonly sealedKey: string
  /** Where its bytes are. */
  readonly keptIn: 'directory' | 's3'
  readonly state: RecordingState
  /** Of all that is over. */
  readonly end?: RecordingEnd
}

export interface RecordingEnd {
  readonly state: Exclude<RecordingState, 'running'>
  readonly at: number
  /** Of the last event, since the beginning. */
  readonly durationMs: number
  /** Why the terminal ended, or the recording, for people. */
  readonly because: string
  /** Of the asciicast text. */
  readonly bytes: number
  readonly storedBytes: number
  readonly chunks: number
  /** Of the asciicast text, hexadecimal. */
  readonly sha256: string
  /** The record of the trail that has `sha256`. */
  readonly trailSeq: number
  /** Where chunks are found: see recordings/chunk-index.ts. */
  readonly index: Uint8Array
}

/** Its place in the order of recording: where a page ended. */
export interface ListedRecording extends RecordingRow {
  readonly place: number
}

export interface RecordingStore {
  start(row: Omit<RecordingRow, 'state' | 'end' | 'keptIn'>): Promise<void>
  get(recordingId: string): Promise<RecordingRow | undefined>
  /** Without `end.index`, which is empty in a listing. */
  list(query: RecordingQuery): Promise<readonly ListedRecording[]>
  /** False when there is none, or it has ended already. */
  end(recordingId: string, end: RecordingEnd): Promise<boolean>
  /** Its bytes are in the bucket from now on. False when it is not in the directory any more. */
  moved(recordingId: string): Promise<boolean>
  /** False when there was none. */
  forget(recordingId: string): Promise<boolean>
}

/** Last recorded first. All given conditions must hold. */
export interface RecordingQuery {
  readonly state?: RecordingState
  readonly keptIn?: RecordingRow['keptIn']
  readonly instanceId?: string
  readonly osUser?: string
  readonly owner?: string
  readonly userName?: string
  readonly principalArn?: string
  readonly terminalId?: string
  /** Both inclusive, over `startedAt`. */
  readonly from?: number
  readonly to?: number
  /** Ended before then. */
  readonly endedBefore?: number
  /** Only what was recorded before that place. */
  readonly beforePlace?: number
  readonly limit: number
}
