import { ChunkDamaged, HEAD_LENGTH, openChunk, readHead, type ChunkKey } from './chunk.ts'
import type { ChunkIndex, IndexEntry } from './chunk-index.ts'
import type { StoredBytes } from './stored-bytes.ts'

export interface ReadableRecording extends ChunkKey {
  readonly index: ChunkIndex
  /** Of the text, as far as it can be read. */
  readonly bytes: number
  readonly storedBytes: number
}

/** A stretch of stored bytes is never more: see chunk-index.ts. Nor are those that are read together. */
const MAX_READ = 8 << 20

/**
 * Text from `offset` on, up to the end of a line: at least a chunk of it, and no more than `most` beyond the first. Empty at the end. Only what
 * is needed is read and opened. Throws ChunkDamaged when the first of it is damaged: what is before that is read.
 */
export async function readPage(
  stored: StoredBytes,
  recording: ReadableRecording,
  { offset, most }: { readonly offset: number; readonly most: number },
): Promise<Buffer> {
  const texts: Buffer[] = []
  let length = 0
  while (length < most && offset + length < recording.bytes) {
    const at = offset + length
    try {
      // oxlint-disable-next-line no-await-in-loop -- what fits is read at once
      for await (const text of textsFrom(stored, recording, { at, until: offset + most })) {
        if (length > 0 && length + text.length > most) return Buffer.concat(texts)
        texts.push(text)
        length += text.length
      }
    } catch (error) {
      if (length === 0 || !(error instanceof ChunkDamaged)) throw error
      return Buffer.concat(texts)
    }
    // A damaged index might lead nowhere.
    if (offset + length === at) throw new ChunkDamaged(0, 'is not where the index says')
  }
  return Buffer.concat(texts)
}

interface Span {
  readonly at: number
  readonly until: number
}

/** The texts of the stretches that have it, chunk by chunk, from `at` on; of the first one alone where all are too long. */
async function* textsFrom(stored: StoredBytes, recording: ReadableRecording, span: Span) {
  const from = span.at
  const { entry, length: whole } = stretchesOf(recording, span)
  let { chunk, offset } = entry
  const bytes = await stored.read(entry.stored, whole)
  for (let at = 0; at < whole; chunk++) {
    const head = readHead(bytes.subarray(at))
    if (head === undefined) throw new ChunkDamaged(chunk, 'is missing or has no head')
    if (head.chunk !== chunk || head.offset !== offset) {
      throw new ChunkDamaged(chunk, 'is not in its place')
    }
    const length = HEAD_LENGTH + head.sealedLength
    if (head.offset + head.length > from) {
      const text = await openChunk(recording, head, bytes.subarray(at, at + length))
      yield text.subarray(Math.max(0, from - head.offset))
    }
    offset += head.length
    at += length
  }
}

/** A page is one read: a bucket that is slow takes seconds for each. */
function stretchesOf(recording: ReadableRecording, { at, until }: Span) {
  const { index, storedBytes } = recording
  let entry: IndexEntry | undefined
  for (const last of [until - 1, at]) {
    const found = index.find(at, last)
    if (found === undefined) break
    entry = found.entry
    const length = (found.next ?? storedBytes) - entry.stored
    if (length > 0 && length <= MAX_READ) return { entry, length }
  }
  throw new ChunkDamaged(entry?.chunk ?? 0, 'is not where the index says')
}
