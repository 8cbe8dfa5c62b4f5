import { createHash } from 'node:crypto'
import type { RecordingEnd, RecordingRow } from '../store/recording-store.ts'
import { HEAD_LENGTH, type ChunkKey } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
import { walkChunks } from './walk-chunks.ts'
import type { StoredBytes } from './stored-bytes.ts'

const CUT_OFF = 'The server that recorded it ended before the terminal did.'
const WHOLE =
  'All of it is there. Why the terminal ended was not written down: the server ended first.'
const MISSING = 'Nothing of it is there: its file was taken away.'

/**
 * What there is of a recording whose server ended without saying so: everything up to the first chunk that is not whole. Its end is read from
 * what was shown last, for nobody knows more.
 */
export async function recoverRecording(
  stored: StoredBytes | undefined,
  row: Pick<RecordingRow, 'startedAt'>,
  key: ChunkKey,
): Promise<Omit<RecordingEnd, 'trailSeq'>> {
  const hash = createHash('sha256')
  const index = new ChunkIndex()
  const found = { durationMs: 0, bytes: 0, storedBytes: 0, chunks: 0 }
  let isWhole = false
  for await (const { head, stored: at, text } of stored === undefined
    ? []
    : walkChunks(stored, key)) {
    hash.update(text)
    index.add(head, at)
    found.durationMs = head.lastMs
    found.bytes += text.length
    found.storedBytes = at + head.sealedLength + HEAD_LENGTH
    found.chunks += 1
    isWhole = head.isLast
  }
  return {
    state: isWhole ? 'finished' : found.chunks > 0 ? 'cut-off' : 'failed',
    because: isWhole ? WHOLE : found.chunks > 0 ? CUT_OFF : MISSING,
    at: row.startedAt + found.durationMs,
    ...found,
    sha256: hash.digest('hex'),
    index: index.encode(),
  }
}
