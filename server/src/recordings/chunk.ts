import { createCipheriv, createDecipheriv } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, inflateRaw, zstdCompressSync, zstdDecompress } from 'node:zlib'

const inflate = promisify<Uint8Array, object, Buffer>(inflateRaw)
const decompress = promisify<Uint8Array, object, Buffer>(zstdDecompress)

// How a recording is kept: MAGIC, then chunks, each a head and the lines of that stretch, compressed and sealed (AES-256-GCM, NIST SP
// 800-38D). A key seals one recording and never the same chunk number twice, so the number is the nonce (the STREAM construction of Hoang,
// Reyhanitabar, Rogaway and Vizár, 2015). Head and recording id are additional data: a chunk opens in its place of its recording only,
// and the end cannot be cut off unseen.

export const MAGIC = Buffer.from('FKREC1\r\n', 'latin1')
export const HEAD_LENGTH = 32
/** Of the text: the writer cuts far below. */
export const MAX_PLAIN = 1 << 20
const CIPHER = 'aes-256-gcm'
const TAG_LENGTH = 16
const MAX_SEALED = MAX_PLAIN + (MAX_PLAIN >> 8) + 64
const LAST = 1
/** By Zstandard (RFC 8878); without it by DEFLATE, as earlier recordings are. */
const ZSTANDARD = 2
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const MAX_MS = 0xffff_ffff

export interface ChunkHead {
  /** From 0. */
  readonly chunk: number
  /** Nothing comes after it. */
  readonly isLast: boolean
  readonly packing: 'zstandard' | 'deflate'
  /** Where its text begins in the whole. */
  readonly offset: number
  /** Of its text, in bytes. */
  readonly length: number
  /** Of what follows the head. */
  readonly sealedLength: number
  /** Of its first and last event, since the beginning. */
  readonly firstMs: number
  readonly lastMs: number
}

export interface ChunkKey {
  readonly recordingId: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** A chunk is not what was written there. */
export class ChunkDamaged extends Error {
  readonly chunk: number

  constructor(chunk: number, what: string) {
    super(`chunk ${chunk} ${what}`)
    this.name = 'ChunkDamaged'
    this.chunk = chunk
  }
}

/** Head and body, ready to be written. At once: for 64 KiB that takes less than being handed to another thread. */
export function sealChunk(
  { recordingId, key }: ChunkKey,
  text: Uint8Array,
  facts: Pick<ChunkHead, 'chunk' | 'isLast' | 'offset' | 'firstMs' | 'lastMs'>,
): { readonly head: ChunkHead; readonly bytes: Buffer } {
  const packed = zstdCompressSync(text, COMPRESSION)
  const head: ChunkHead = {
    ...facts,
    packing: 'zstandard',
    length: text.length,
    sealedLength: packed.length + TAG_LENGTH,
  }
  const encoded = encodeHead(head)
  const cipher = createCipheriv(CIPHER, key, nonceOf(head.chunk))
  cipher.setAAD(additionalData(recordingId, encoded))
  const body = [cipher.update(packed), cipher.final()]
  return { head, bytes: Buffer.concat([encoded, ...body, cipher.getAuthTag()]) }
}

/** The text. `bytes` begins with the head. Throws ChunkDamaged. */
export async function openChunk(
  { recordingId, key }: ChunkKey,
  head: ChunkHead,
  bytes: Uint8Array,
): Promise<Buffer> {
  const { chunk, length, sealedLength, packing } = head
  const end = HEAD_LENGTH + sealedLength
  if (bytes.length < end) throw new ChunkDamaged(chunk, 'is cut short')
  const decipher = createDecipheriv(CIPHER, key, nonceOf(chunk), { authTagLength: TAG_LENGTH })
  decipher.setAAD(additionalData(recordingId, bytes.subarray(0, HEAD_LENGTH)))
  decipher.setAuthTag(bytes.subarray(end - TAG_LENGTH, end))
  let packed: Buffer
  try {
    const sealed = bytes.subarray(HEAD_LENGTH, end - TAG_LENGTH)
    packed = Buffer.concat([decipher.update(sealed), decipher.final()])
  } catch {
    throw new ChunkDamaged(chunk, 'was altered')
  }
  const expand = packing === 'zstandard' ? decompress : inflate
  const text = await expand(packed, { maxOutputLength: Math.max(length, 1) })
  if (text.length !== length) throw new ChunkDamaged(chunk, 'has another length than it says')
  return text
}

/** Undefined when these bytes are no head. Nothing of it is to be believed before the chunk was opened; sizes are bounded. */
export function readHead(bytes: Buffer): ChunkHead | undefined {
  if (bytes.length < HEAD_LENGTH) return undefined
  const flags = bytes.readUInt32BE(4)
  const head = {
    chunk: bytes.readUInt32BE(0),
    isLast: (flags & LAST) !== 0,
    packing: (flags & ZSTANDARD) === 0 ? ('deflate' as const) : ('zstandard' as const),
    offset: Number(bytes.readBigUInt64BE(8)),
    length: bytes.readUInt32BE(16),
    sealedLength: bytes.readUInt32BE(20),
    firstMs: bytes.readUInt32BE(24),
    lastMs: bytes.readUInt32BE(28),
  }
  const isSane =
    flags <= (LAST | ZSTANDARD) &&
    Number.isSafeInteger(head.offset) &&
    head.length <= MAX_PLAIN &&
    head.sealedLength >= TAG_LENGTH &&
    head.sealedLength <= MAX_SEALED
  return isSane ? head : undefined
}

function encodeHead(head: ChunkHead): Buffer {
  const bytes = Buffer.alloc(HEAD_LENGTH)
  bytes.writeUInt32BE(head.chunk, 0)
  bytes.writeUInt32BE((head.isLast ? LAST : 0) | (head.packing === 'zstandard' ? ZSTANDARD : 0), 4)
  bytes.writeBigUInt64BE(BigInt(head.offset), 8)
  bytes.writeUInt32BE(head.length, 16)
  bytes.writeUInt32BE(head.sealedLength, 20)
  bytes.writeUInt32BE(Math.min(head.firstMs, MAX_MS), 24)
  bytes.writeUInt32BE(Math.min(head.lastMs, MAX_MS), 28)
  return bytes
}

function nonceOf(chunk: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(chunk, 8)
  return nonce
}

const additionalData = (recordingId: string, head: Uint8Array): Buffer =>
  Buffer.concat([MAGIC, Buffer.from(`${recordingId}\0`), head])
