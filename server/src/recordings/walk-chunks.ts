import { HEAD_LENGTH, MAGIC, openChunk, readHead, type ChunkHead, type ChunkKey } from './chunk.ts'
import type { StoredBytes } from './stored-bytes.ts'

export interface WalkedChunk {
  readonly head: ChunkHead
  readonly stored: number
  readonly text: Buffer
}

const BLOCK = 1 << 20

/**
 * Every chunk from the first on, opened, until one is not whole or not its own: where a crash, a full disk or somebody's hand cut it off. A
 * block is in memory at a time.
 */
export async function* walkChunks(stored: StoredBytes, key: ChunkKey): AsyncGenerator<WalkedChunk> {
  const magic = await stored.read(0, MAGIC.length)
  if (!magic.equals(MAGIC)) return
  let block: Buffer = Buffer.alloc(0)
  let blockAt = MAGIC.length
  const need = async (at: number, length: number): Promise<Buffer> => {
    if (at + length > blockAt + block.length) {
      block = await stored.read(at, Math.max(length, BLOCK))
      blockAt = at
    }
    return block.subarray(at - blockAt, at - blockAt + length)
  }
  let expected = { chunk: 0, offset: 0 }
  for (let at = MAGIC.length; ;) {
    const head = readHead(await need(at, HEAD_LENGTH))
    if (head?.chunk !== expected.chunk || head.offset !== expected.offset) return
    const length = HEAD_LENGTH + head.sealedLength
    let text: Buffer
    try {
      text = await openChunk(key, head, await need(at, length))
    } catch {
      return
    }
    yield { head, stored: at, text }
    if (head.isLast) return
    expected = { chunk: head.chunk + 1, offset: head.offset + head.length }
    at += length
  }
}
