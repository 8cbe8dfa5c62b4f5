import { Duplex } from 'node:stream'
import type { MessagePort } from 'node:worker_threads'

/** What goes over such a port, either way. */
type PortMessage =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The other side has used so many. */
  | { readonly kind: 'used'; readonly bytes: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'broken'; readonly why: string }

/** Bytes that may be on their way or wait on the other side, in each direction. */
const WINDOW = 256 * 1024

/**
 * A stream of bytes between two threads, each direction ending for itself. What is on its way is bounded: who does not read holds up who writes,
 * and nobody's memory grows.
 */
export class BytePort extends Duplex {
  readonly #port: MessagePort
  #room = WINDOW
  #unused = 0
  #hasEnd = false
  #waiting: { readonly bytes: Buffer; readonly done: (error?: Error | null) => void } | undefined

  constructor(port: MessagePort) {
    super({ allowHalfOpen: true, highWaterMark: WINDOW })
    this.#port = port
    port.on('message', (message: PortMessage) => this.#hear(message))
    port.on('close', () => this.#closed())
  }

  override _read(): void {}

  /** The one place that sees what is taken out of the buffer: `_read` is not called again before something is put in. */
  override read(size?: number): unknown {
    const chunk: unknown = super.read(size)
    this.#tellUsed()
    return chunk
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const piece = bytes.subarray(0, this.#room)
    if (piece.length > 0) {
      this.#room -= piece.length
      // A copy of its own: cloning would take all of the memory that the bytes are a part of.
      const copy = new Uint8Array(piece)
      this.#say({ kind: 'bytes', bytes: copy }, [copy.buffer])
    }
    if (piece.length === bytes.length) done()
    else this.#waiting = { bytes: bytes.subarray(piece.length), done }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#say({ kind: 'end' })
    done()
  }

  /** Once all is written. */
  destroySoon(): void {
    if (this.writableFinished) return void this.destroy()
    this.once('finish', () => this.destroy())
    this.end()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (error !== null) this.#say({ kind: 'broken', why: error.message })
    this.#port.close()
    done(error)
  }

  #hear(message: PortMessage): void {
    switch (message.kind) {
      case 'bytes':
        this.#unused += message.bytes.length
        this.push(Buffer.from(message.bytes.buffer))
        return this.#tellUsed()
      case 'used':
        return this.#gotRoom(message.bytes)
      case 'end':
        this.#hasEnd = true
        this.push(null)
        return
      case 'broken':
        this.destroy(new Error(message.why))
        return
    }
  }

  /** What was read, all but what still waits to be. */
  #tellUsed(): void {
    const used = this.#unused - this.readableLength
    if (used <= 0 || (used < WINDOW / 8 && this.readableLength > 0)) return
    this.#unused -= used
    this.#say({ kind: 'used', bytes: used })
  }

  #gotRoom(bytes: number): void {
    this.#room += bytes
    const waiting = this.#waiting
    if (waiting === undefined) return
    this.#waiting = undefined
    this._write(waiting.bytes, '', waiting.done)
  }

  #closed(): void {
    // All is here that will come, and is read in its own time.
    if (this.destroyed || (this.#hasEnd && this.writableFinished)) return
    this.destroy(new Error('the other side is gone'))
  }

  #say(message: PortMessage, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}
