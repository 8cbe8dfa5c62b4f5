/** Of a chunk, but for one whose only line is longer. */
export const CHUNK_BYTES = 64 << 10

/** For all recordings, of which most have nothing to gather most of the time. */
let spare: Buffer | undefined

/** Lines of a recording on their way into a chunk, in memory that is used again and again: what runs by leaves no garbage. */
export class GatheredLines {
  #block: Buffer | undefined
  #length = 0

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  /** Whether a line of so many bytes goes into the same chunk. */
  hasRoom(bytes: number): boolean {
    return this.#length === 0 || this.#length + bytes <= CHUNK_BYTES
  }

  /** @param bytes of the line in UTF-8; there is room for them */
  add(line: string, bytes: number): void {
    this.#block ??= bytes > CHUNK_BYTES ? Buffer.allocUnsafe(bytes) : takenBlock()
    this.#length += this.#block.write(line, this.#length)
  }

  /** Hands over all of it, which is gone afterwards. */
  take<Made>(make: (text: Uint8Array) => Made): Made {
    const block = this.#block ?? Buffer.alloc(0)
    try {
      return make(block.subarray(0, this.#length))
    } finally {
      if (block.length === CHUNK_BYTES) spare = block
      this.#block = undefined
      this.#length = 0
    }
  }
}

function takenBlock(): Buffer {
  const block = spare ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)
  spare = undefined
  return block
}
