/** Output is put together up to this: the longest message to a page. */
const MOST = 64 * 1024
/** And no longer than this after the last of it: sshd sends what a program writes in pieces of 4 KB, each of which would wake page and server. */
const EVERY_MS = 4
/** From so much on the block itself goes; of less a copy, so that what is kept of it later is no larger than it is. */
const GOES_FROM = MOST * 0.75

/** For all sessions of a host, of which most say nothing most of the time. */
let spare: Uint8Array<ArrayBuffer> | undefined

/** What a host sends, on its way to the main thread. What comes after a silence, as the echo of a key does, goes at once. */
export class OutputBatch {
  readonly #send: (bytes: Uint8Array<ArrayBuffer>) => void
  #block: Uint8Array<ArrayBuffer> | undefined
  #length = 0
  /** Takes back what would send it. */
  #cancel: (() => void) | undefined
  #sentAt = -Infinity

  /** @param send is given memory that is nobody else's */
  constructor(send: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#send = send
  }

  /** @param bytes may be used again afterwards */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const block = (this.#block ??= takenBlock())
      const piece = bytes.subarray(at, at + MOST - this.#length)
      block.set(piece, this.#length)
      this.#length += piece.length
      at += piece.length
      if (this.#length === MOST) this.flush()
    }
    if (this.#length > 0) this.#cancel ??= this.#flushSoon()
  }

  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#sentAt = performance.now()
    if (this.#block === undefined) return
    const filled = this.#block.subarray(0, this.#length)
    if (filled.length < GOES_FROM) spare = this.#block
    this.#block = undefined
    this.#length = 0
    this.#send(filled.length < GOES_FROM ? new Uint8Array(filled) : filled)
  }

  #flushSoon(): () => void {
    const rest = this.#sentAt + EVERY_MS - performance.now()
    if (rest <= 0) {
      const immediate = setImmediate(() => this.flush())
      return () => clearImmediate(immediate)
    }
    const timer = setTimeout(() => this.flush(), rest)
    return () => clearTimeout(timer)
  }
}

/** Not zeroed: what goes out of it was put there. */
function takenBlock(): Uint8Array<ArrayBuffer> {
  const block = spare ?? Buffer.allocUnsafeSlow(MOST)
  spare = undefined
  return block
}
