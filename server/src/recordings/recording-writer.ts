import { createHash } from 'node:crypto'
import {
  castHeaderLine,
  castLine,
  type CastEvent,
  type CastHeader,
} from '@fleetkey/domain/asciicast'
import { MAGIC, sealChunk, type ChunkKey } from './chunk.ts'
import { ChunkIndex } from './chunk-index.ts'
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

const CHUNK_BYTES = 64 << 10
/** What was shown is on the disk after so long, and the time the disk takes. */
const FLUSH_MS = 250
/** Text that waits for the disk: above, no more is taken until it is half. */
const MOST_WAITING = 1 << 20
/** Of one event: what escaping makes of it fits a chunk. */
const MOST_PER_EVENT = 16 << 10
const STALL_MS = 10_000

/** Writes a recording while it happens, chunk by chunk, each durable before the next is begun. */
export class RecordingWriter {
  readonly #options: WriterOptions
  readonly #startedAt: number
  readonly #shown = new TextDecoder()
  readonly #typed = new TextDecoder()
  readonly #hash = createHash('sha256')
  readonly #index = new ChunkIndex()
  readonly #failure = Promise.withResolvers<Error>()
  #failedBy: Error | undefined
  #lines: string[] = []
  #lineBytes = 0
  #firstMs = 0
  #lastMs = 0
  #queue: Cut[] = []
  #waiting = 0
  #total = 0
  #draining: Promise<void> | undefined
  #room: PromiseWithResolvers<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** What is on the disk. */
  #durable = { bytes: 0, stored: 0, chunks: 0, lastMs: 0 }

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
    this.#event({ code: 'o', at: 0, text: this.#shown.decode() })
    this.#event({ code: 'i', at: 0, text: this.#typed.decode() })
    this.#cut({ isLast: true })
    await this.#flushed()
    await this.#options.file.close().catch(() => undefined)
    const { bytes, stored, chunks, lastMs } = this.#durable
    const sha256 = this.#hash.digest('hex')
    const index = this.#index.encode()
    return { durationMs: lastMs, bytes, storedBytes: stored, chunks, sha256, index }
  }

  /** For a server that stops while the terminal runs: all of it is on the disk, and not ended, which the next one finds. */
  async abandon(): Promise<void> {
    await this.#flushed()
    await this.#options.file.close().catch(() => undefined)
  }

  #text(code: 'o' | 'i', decoder: TextDecoder, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MOST_PER_EVENT) {
      const part = bytes.subarray(at, at + MOST_PER_EVENT)
      // What stands of a character that goes on in the next bytes is kept for them.
      this.#event({ code, at: 0, text: decoder.decode(part, { stream: true }) })
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
    if (this.#lines.length === 0) this.#firstMs = ms
    this.#lines.push(line)
    this.#lineBytes += length
    this.#total += length
    this.#waiting += length
    this.#lastMs = ms
    if (this.#lineBytes >= CHUNK_BYTES) this.#cut({ isLast: false })
    else this.#timer ??= setTimeout(() => this.#cut({ isLast: false }), FLUSH_MS)
  }

  #backpressure(): Promise<void> | undefined {
    if (this.#waiting <= MOST_WAITING || this.#failedBy !== undefined) return undefined
    this.#room ??= Promise.withResolvers<void>()
    return this.#room.promise
  }

  #cut({ isLast }: { readonly isLast: boolean }): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#failedBy !== undefined || (this.#lines.length === 0 && !isLast)) return
    const text = Buffer.from(this.#lines.join(''))
    // Rounded so that the whole lasts until its last event, and that is in it.
    const [firstMs, lastMs] = [Math.floor(this.#firstMs), Math.ceil(this.#lastMs)]
    this.#queue.push({ text, firstMs, lastMs, isLast })
    this.#lines = []
    this.#lineBytes = 0
    this.#draining ??= this.#drain().finally(() => (this.#draining = undefined))
  }

  async #flushed(): Promise<void> {
    this.#cut({ isLast: false })
    while (this.#draining !== undefined) {
      // oxlint-disable-next-line no-await-in-loop -- until nothing is left
      await this.#draining
    }
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 && this.#failedBy === undefined) {
      const cuts = this.#queue.splice(0)
      try {
        // oxlint-disable-next-line no-await-in-loop -- what was cut while the disk was busy is written together
        await inTime(this.#store(cuts), this.#options.stallMs ?? STALL_MS)
      } catch (error) {
        this.#fail(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }

  /** All of them, and then it is on the disk. Nothing of it counts before. */
  async #store(cuts: readonly Cut[]): Promise<void> {
    const { file } = this.#options
    let { bytes, stored, chunks, lastMs } = this.#durable
    const pieces: Buffer[] = chunks === 0 ? [MAGIC] : []
    const places: { readonly offset: number; readonly chunk: number; readonly stored: number }[] =
      []
    let end = stored + (chunks === 0 ? MAGIC.length : 0)
    for (const { text, isLast, ...times } of cuts) {
      const facts = { chunk: chunks, isLast, offset: bytes, ...times }
      // oxlint-disable-next-line no-await-in-loop -- in their order
      const sealed = await sealChunk(this.#options, text, facts)
      pieces.push(sealed.bytes)
      places.push({ offset: bytes, chunk: chunks, stored: end })
      chunks += 1
      bytes += text.length
      end += sealed.bytes.length
      ;({ lastMs } = times)
    }
    await file.write(Buffer.concat(pieces), stored)
    await file.sync()
    if (this.#failedBy !== undefined) return
    for (const { text } of cuts) this.#hash.update(text)
    for (const { stored: at, ...place } of places) this.#index.add(place, at)
    this.#waiting -= bytes - this.#durable.bytes
    stored = end
    this.#durable = { bytes, stored, chunks, lastMs }
    if (this.#waiting > MOST_WAITING / 2) return
    this.#room?.resolve()
    this.#room = undefined
  }

  #fail(error: Error): void {
    if (this.#failedBy !== undefined) return
    this.#failedBy = error
    clearTimeout(this.#timer)
    this.#queue = []
    this.#lines = []
    this.#room?.resolve()
    this.#room = undefined
    this.#failure.resolve(error)
  }
}

interface Cut {
  readonly text: Buffer
  readonly firstMs: number
  readonly lastMs: number
  readonly isLast: boolean
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
