import {
  recordingDamaged,
  recordingGone,
  recordingKeyLost,
  recordingRunning,
  recordingsUnreachable,
  recordingUnavailable,
} from '@fleetkey/domain/exceptions/recordings'
import type { Envelope } from '../secrets/envelope.ts'
import type { RecordingRow, RecordingStore } from '../store/recording-store.ts'
import type { RecordingBucket } from './bucket.ts'
import { ChunkDamaged } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
import type { RecordingDirectory } from './directory.ts'
import { readPage, type ReadableRecording } from './read-page.ts'
import { bucketNotSet, removeBytes } from './remove-bytes.ts'
import { openRecordingKey } from './recording-key.ts'
import type { RecordingWriter } from './recording-writer.ts'
import { StorageTrouble } from './storage-trouble.ts'
import { BytesMissing, type StoredBytes } from './stored-bytes.ts'

export interface RecordingPage {
  /** Whole lines of asciicast v2, but for the first when the offset is inside one. */
  readonly text: Buffer
  /** Of the text so far: it grows while the recording runs. */
  readonly bytes: number
  readonly durationMs: number
}

/** What was recorded, for those who may see it: that is decided before. */
export interface RecordingLibrary {
  /** At least a chunk, unless the offset is at the end. Throws a ServiceException when it cannot be read or is damaged. */
  readPage(
    row: RecordingRow,
    place: { readonly offset: number; readonly most: number },
  ): Promise<RecordingPage>
  /** Of one that runs: how much there is of it. */
  soFar(recordingId: string): { readonly bytes: number; readonly durationMs: number } | undefined
  /** Its bytes first, then what is known of it. */
  remove(row: RecordingRow): Promise<void>
}

export function createLibrary(parts: {
  readonly directory: RecordingDirectory
  readonly bucket?: RecordingBucket | undefined
  readonly recordings: Pick<RecordingStore, 'forget' | 'get'>
  readonly envelope: Envelope
  readonly log: { warn(facts: object, text: string): void }
  /** Those that this server writes now. */
  readonly writers: ReadonlyMap<string, RecordingWriter>
}): RecordingLibrary {
  const { directory, bucket, recordings, envelope, log, writers } = parts

  function openBytes(row: RecordingRow): Promise<StoredBytes> | StoredBytes {
    if (row.keptIn === 'directory') return directory.open(row)
    if (bucket !== undefined) return bucket.open(row)
    throw bucketNotSet()
  }

  function readable(row: RecordingRow): ReadableRecording & { readonly durationMs: number } {
    const { recordingId, end } = row
    const writer = writers.get(recordingId)
    if (writer !== undefined) return { ...writer.readable, durationMs: writer.durationMs }
    if (end === undefined) {
      throw recordingUnavailable(
        'The server was restarted, and what there is of this recording is being looked through. Ask again in a moment.',
      )
    }
    const index = ChunkIndex.decode(end.index) ?? new ChunkIndex()
    return { ...keyOf(row), ...end, index }
  }

  function keyOf(row: RecordingRow) {
    try {
      return openRecordingKey(envelope, row)
    } catch (error) {
      log.warn({ recordingId: row.recordingId, error: String(error) }, 'a recording has no key')
      throw recordingKeyLost(row.recordingId)
    }
  }

  async function read(row: RecordingRow, place: { offset: number; most: number }) {
    const recording = readable(row)
    const { bytes, durationMs } = recording
    if (place.offset >= bytes) return { text: Buffer.alloc(0), bytes, durationMs }
    const stored = await openBytes(row)
    try {
      return { text: await readPage(stored, recording, place), bytes, durationMs }
    } finally {
      await stored.close()
    }
  }

  async function readWhereItIs(...[row, place]: Parameters<typeof read>) {
    try {
      return await read(row, place)
    } catch (error) {
      if (!(error instanceof BytesMissing || error instanceof StorageTrouble)) throw error
      // It may have been moved to the bucket just now.
      const again = await recordings.get(row.recordingId)
      if (again === undefined || again.keptIn === row.keptIn) throw error
      return await read(again, place)
    }
  }

  return {
    async readPage(row, place) {
      try {
        return await readWhereItIs(row, place)
      } catch (error) {
        throw refusalOf(error, row)
      }
    },
    soFar(recordingId) {
      const writer = writers.get(recordingId)
      return writer && { bytes: writer.readable.bytes, durationMs: writer.durationMs }
    },
    async remove(row) {
      const { recordingId } = row
      if (row.end === undefined) throw recordingRunning(recordingId)
      try {
        await removeBytes(row, parts)
      } catch (error) {
        throw refusalOf(error, row)
      }
      await recordings.forget(recordingId)
    },
  }
}

function refusalOf(error: unknown, { recordingId }: RecordingRow): unknown {
  if (error instanceof ChunkDamaged) return recordingDamaged(recordingId, error.message)
  if (error instanceof BytesMissing) return recordingGone(recordingId)
  return error instanceof StorageTrouble ? recordingsUnreachable(error.message, error.says) : error
}
