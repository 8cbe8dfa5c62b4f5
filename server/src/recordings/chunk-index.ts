import type { ChunkHead } from './chunk.ts'

/** Where a stretch of the text begins in what is stored. */
export interface IndexEntry {
  readonly offset: number
  readonly stored: number
  readonly chunk: number
}

/** A stretch is at least so much text: a session of two hours with little in it has thousands of small chunks. */
const STRETCH = 64 << 10
const ENTRY_LENGTH = 20

/** Finds chunks by their place in the text, without the storage being walked through. */
export class ChunkIndex {
  readonly #entries: IndexEntry[]

  constructor(entries: readonly IndexEntry[] = []) {
    this.#entries = [...entries]
  }

  /** Undefined when these bytes are none. */
  static decode(bytes: Uint8Array): ChunkIndex | undefined {
    if (bytes.length === 0 || bytes.length % ENTRY_LENGTH !== 0) return undefined
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const entries = Array.from({ length: bytes.length / ENTRY_LENGTH }, (_, index) => {
      const at = index * ENTRY_LENGTH
      return {
        offset: Number(view.getBigUint64(at)),
        stored: Number(view.getBigUint64(at + 8)),
        chunk: view.getUint32(at + 16),
      }
    })
    return new ChunkIndex(entries)
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#entries.length * ENTRY_LENGTH)
    const view = new DataView(bytes.buffer)
    for (const [index, { offset, stored, chunk }] of this.#entries.entries()) {
      const at = index * ENTRY_LENGTH
      view.setBigUint64(at, BigInt(offset))
      view.setBigUint64(at + 8, BigInt(stored))
      view.setUint32(at + 16, chunk)
    }
    return bytes
  }

  /** In their order, each once. */
  add({ offset, chunk }: Pick<ChunkHead, 'offset' | 'chunk'>, stored: number): void {
    const last = this.#entries.at(-1)
    if (last === undefined || offset - last.offset >= STRETCH) {
      this.#entries.push({ offset, stored, chunk })
    }
  }

  /** The stretch that has this place of the text, and where in what is stored the one after that of `last` begins. */
  find(
    offset: number,
    last = offset,
  ): { readonly entry: IndexEntry; readonly next: number | undefined } | undefined {
    const entry = this.#entries[this.#countUpTo(offset) - 1]
    return entry && { entry, next: this.#entries[this.#countUpTo(last)]?.stored }
  }

  /** How many begin there or before. */
  #countUpTo(offset: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.offset ?? Infinity) <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
