import { ChunkDamaged, HEAD_LENGTH, openChunk, readHead, type ChunkKey } from './chunk.ts'
import type { ChunkIndex } from './chunk-index.ts'
import type { StoredBytes } from './stored-bytes.ts'

export interface ReadableRecording extends ChunkKey {
  readonly index: ChunkIndex
  /** Of the text, as far as it can be read. */
  readonly bytes: number
  readonly storedBytes: number
}

/** A stretch of stored bytes is never more: see chunk-index.ts. */
const MAX_STRETCH = 8 << 20

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
  while (offset + length < recording.bytes) {
    const at = offset + length
    try {
      // oxlint-disable-next-line no-await-in-loop -- one stretch in memory at a time
      for await (const text of textsFrom(stored, recording, at)) {
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

/** The texts of one stretch, chunk by chunk, from `from` on. */
async function* textsFrom(stored: StoredBytes, recording: ReadableRecording, from: number) {
  const found = recording.index.find(from)
  if (found === undefined) throw new ChunkDamaged(0, 'is not where the index says')
  const { entry, next = recording.storedBytes } = found
  let { chunk, offset } = entry
  if (next <= entry.stored || next - entry.stored > MAX_STRETCH) {
    throw new ChunkDamaged(chunk, 'is not where the index says')
  }
  const bytes = await stored.read(entry.stored, next - entry.stored)
  for (let at = 0; at < next - entry.stored; chunk++) {
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
