import { createHash, type Hash } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import {
  castHeaderLine,
  castLine,
  type CastEvent,
  type CastHeader,
} from '@fleetkey/domain/asciicast'
import { MAGIC, sealChunk, type ChunkKey } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
import { CHUNK_BYTES, GatheredLines } from './gathered-lines.ts'
import type { ReadableRecording } from './read-page.ts'

/** The part of a file that is written. */
export interface GrowingFile {
  write(bytes: Uint8Array, at: number): Promise<void>
  /** All that was written is on the disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** What is known of a recording when nothing more is written. */
export interface WrittenRecording {
  readonly durationMs: number
  readonly bytes: number
  readonly storedBytes: number
  readonly chunks: number
  readonly sha256: string
  readonly index: Uint8Array
}

export interface WriterOptions extends ChunkKey {
  readonly file: GrowingFile
  readonly header: CastHeader
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number
  /** Of the text; a longer one fails. */
  readonly maxBytes: number
  /** The disk must have taken what it was given after so long. */
  readonly stallMs?: number
}

/** What was shown is on the disk after so long, and the time the disk takes. */
const FLUSH_MS = 250
/** What runs by is written and synced in pieces of so much text: a sync for each chunk is four hundred in a second. */
const TOGETHER = 256 << 10
/** Text that waits for the disk: above, no more is taken until it is half. */
const MOST_WAITING = 1 << 20
/** Of one event: what escaping makes of it fits a chunk. */
const MOST_PER_EVENT = 16 << 10
const STALL_MS = 10_000

/** Writes a recording while it happens, chunk by chunk, each durable before the next is begun. */
export class RecordingWriter {
  readonly #options: WriterOptions
  readonly #startedAt: number
  readonly #shown = new StringDecoder('utf8')
  readonly #typed = new StringDecoder('utf8')
  readonly #lines = new GatheredLines()
  readonly #index = new ChunkIndex()
  readonly #failure = Promise.withResolvers<Error>()
  #failedBy: Error | undefined
  #firstMs = 0
  #lastMs = 0
  #queue: SealedChunk[] = []
  #waiting = 0
  #total = 0
  /** What is sealed. */
  #sealed: Extent = {
    bytes: 0,
    stored: MAGIC.length,
    chunks: 0,
    lastMs: 0,
    hash: createHash('sha256'),
  }
  #draining: Promise<void> | undefined
  /** Since the disk was given something, it is to be given what came then. */
  #isAsked = false
  /** Of the text, up to where. */
  #askedFor = 0
  #room: PromiseWithResolvers<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** What is on the disk. */
  #durable: Extent = { ...this.#sealed, stored: 0 }

  private constructor(options: WriterOptions) {
    this.#options = options
    this.#startedAt = options.elapsed()
  }

  /** Once its first line is on the disk. Rejects when it cannot be. */
  static async begin(options: WriterOptions): Promise<RecordingWriter> {
    const writer = new RecordingWriter(options)
    writer.#put(castHeaderLine(options.header), 0)
    await writer.#flushed()
    if (writer.#failedBy !== undefined) throw writer.#failedBy
    return writer
  }

  /** Resolves when nothing more can be kept. */
  get failed(): Promise<Error> {
    return this.#failure.promise
  }

  /** As far as it is on the disk. */
  get readable(): ReadableRecording {
    const { recordingId, key } = this.#options
    const { bytes, stored } = this.#durable
    return { recordingId, key, index: this.#index, bytes, storedBytes: stored }
  }

  get durationMs(): number {
    return this.#durable.lastMs
  }

  output(bytes: Uint8Array): Promise<void> | undefined {
    this.#text('o', this.#shown, bytes)
    return this.#backpressure()
  }

  input(bytes: Uint8Array): Promise<void> | undefined {
    this.#text('i', this.#typed, bytes)
    return this.#backpressure()
  }

  resized(cols: number, rows: number): void {
    this.#event({ code: 'r', at: 0, cols, rows })
  }

  /** What was kept, the last of it included. Whether that is all, `failed` says. Once. */
  async end(): Promise<WrittenRecording> {
    this.#event({ code: 'o', at: 0, text: this.#shown.end() })
    this.#event({ code: 'i', at: 0, text: this.#typed.end() })
    this.#cut({ isLast: true })
    await this.#flushed()
    await this.#options.file.close().catch(() => undefined)
    const { bytes, stored, chunks, lastMs, hash } = this.#durable
    const sha256 = hash.copy().digest('hex')
    const index = this.#index.encode()
    return { durationMs: lastMs, bytes, storedBytes: stored, chunks, sha256, index }
  }

  /** For a server that stops while the terminal runs: all of it is on the disk, and not ended, which the next one finds. */
  async abandon(): Promise<void> {
    await this.#flushed()
    await this.#options.file.close().catch(() => undefined)
  }

  #text(code: 'o' | 'i', decoder: StringDecoder, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MOST_PER_EVENT) {
      const part = bytes.subarray(at, at + MOST_PER_EVENT)
      // What stands of a character that goes on in the next bytes is kept for them.
      this.#event({ code, at: 0, text: decoder.write(part) })
    }
  }

  #event(event: CastEvent): void {
    if (this.#failedBy !== undefined || (event.code !== 'r' && event.text === '')) return
    const ms = this.#options.elapsed() - this.#startedAt
    this.#put(castLine({ ...event, at: ms / 1000 }), ms)
  }

  #put(line: string, ms: number): void {
    const length = Buffer.byteLength(line)
    if (this.#total + length > this.#options.maxBytes) {
      const most = Math.floor(this.#options.maxBytes / (1 << 20))
      return this.#fail(new Error(`it would be longer than ${most} MiB (recordings.maxMegabytes)`))
    }
    if (!this.#lines.hasRoom(length)) this.#full()
    if (this.#lines.length === 0) this.#firstMs = ms
    this.#lines.add(line, length)
    this.#total += length
    this.#waiting += length
    this.#lastMs = ms
    if (this.#lines.length >= CHUNK_BYTES) this.#full()
    if (this.#failedBy !== undefined) return
    this.#timer ??= setTimeout(() => this.#cut({ isLast: false }), FLUSH_MS)
  }

  #full(): void {
    this.#sealLines({ isLast: false })
    if (this.#sealed.bytes - this.#askedFor >= TOGETHER) this.#toDisk()
  }

  #backpressure(): Promise<void> | undefined {
    if (this.#waiting <= MOST_WAITING || this.#failedBy !== undefined) return undefined
    this.#room ??= Promise.withResolvers<void>()
    return this.#room.promise
  }

  /** All that there is. */
  #cut({ isLast }: { readonly isLast: boolean }): void {
    if (this.#lines.length > 0 || isLast) this.#sealLines({ isLast })
    this.#toDisk()
  }

  #sealLines({ isLast }: { readonly isLast: boolean }): void {
    if (this.#failedBy !== undefined) return
    try {
      this.#queue.push(this.#lines.take((text) => this.#seal(text, isLast)))
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #toDisk(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#queue.length === 0) return
    this.#askedFor = this.#sealed.bytes
    this.#isAsked = true
    this.#draining ??= this.#drain().finally(() => (this.#draining = undefined))
  }

  /** At once, a chunk at a time: some 0.2 ms. All that waits for a disk would hold up whoever types. */
  #seal(text: Uint8Array, isLast: boolean): SealedChunk {
    const { bytes: offset, stored: at, chunks: chunk, hash } = this.#sealed
    // Rounded so that the whole lasts until its last event, and that is in it.
    const [firstMs, lastMs] = [Math.floor(this.#firstMs), Math.ceil(this.#lastMs)]
    const facts = { chunk, isLast, offset, firstMs, lastMs }
    const { bytes } = sealChunk(this.#options, text, facts)
    this.#sealed = {
      bytes: offset + text.length,
      stored: at + bytes.length,
      chunks: chunk + 1,
      lastMs,
      hash: hash.copy().update(text),
    }
    return { bytes, at, chunk, offset, until: this.#sealed }
  }

  async #flushed(): Promise<void> {
    this.#cut({ isLast: false })
    while (this.#draining !== undefined) {
      // oxlint-disable-next-line no-await-in-loop -- until nothing is left
      await this.#draining
    }
  }

  async #drain(): Promise<void> {
    while (this.#isAsked && this.#failedBy === undefined) {
      this.#isAsked = false
      const chunks = this.#queue.splice(0)
      try {
        // oxlint-disable-next-line no-await-in-loop -- what was cut while the disk was busy is written together
        await inTime(this.#store(chunks), this.#options.stallMs ?? STALL_MS)
      } catch (error) {
        this.#fail(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }

  /** All of them, and then it is on the disk. Nothing of it counts before. */
  async #store(chunks: readonly SealedChunk[]): Promise<void> {
    const { file } = this.#options
    const { stored, bytes: before } = this.#durable
    const pieces = chunks.map(({ bytes }) => bytes)
    await file.write(Buffer.concat(stored === 0 ? [MAGIC, ...pieces] : pieces), stored)
    await file.sync()
    const last = chunks.at(-1)
    if (this.#failedBy !== undefined || last === undefined) return
    for (const { at, ...place } of chunks) this.#index.add(place, at)
    this.#durable = last.until
    this.#waiting -= this.#durable.bytes - before
    if (this.#waiting > MOST_WAITING / 2) return
    this.#room?.resolve()
    this.#room = undefined
  }

  #fail(error: Error): void {
    if (this.#failedBy !== undefined) return
    this.#failedBy = error
    clearTimeout(this.#timer)
    this.#queue = []
    this.#lines.take(() => undefined)
    this.#room?.resolve()
    this.#room = undefined
    this.#failure.resolve(error)
  }
}

/** How far something has come. */
interface Extent {
  readonly bytes: number
  readonly stored: number
  readonly chunks: number
  readonly lastMs: number
  /** Of all the text up to there. */
  readonly hash: Hash
}

interface SealedChunk {
  readonly bytes: Buffer
  /** Where it begins in what is stored. */
  readonly at: number
  readonly chunk: number
  readonly offset: number
  readonly until: Extent
}

async function inTime(work: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`the disk did not answer in ${ms} ms`)), ms)
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
    // It may still fail when nobody waits any more.
    work.catch(() => undefined)
  }
}
