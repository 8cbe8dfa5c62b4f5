import { PackedBytes } from './packed-bytes.ts'
import { TerminalModes } from './terminal-modes.ts'

/** What is kept of a terminal's output, in bytes: some thousand lines. */
const KEPT = 256 * 1024
/** How far after the place where it would have to be cut a better one is looked for. */
const LOOK_FOR_PLACE = 16 * 1024
const NEWLINE = 0x0a
const ESCAPE = 0x1b

/** Pieces below this are put together in blocks of twice that: each key's echo as a piece of its own would take a hundred times its size. */
const SMALL = 4 * 1024

/** Less is not worth packing. */
const PACKED_FROM = 32 * 1024

/**
 * The last output of a terminal, for whoever comes to see it. What falls out at the front is cut after a line, never in the middle of a character or a
 * sequence, and what it had set (the alternate screen, the mouse, bracketed paste) is remembered and comes first.
 */
export class ReplayBuffer {
  readonly #kept: number
  readonly #fallen = TerminalModes.none()
  /** Large ones as they came: they are not copied while output runs by, and only whole ones fall out. */
  readonly #pieces: Uint8Array[] = []
  /** What came before those. */
  readonly #packed: PackedBytes[] = []
  #bytes = 0
  /** The rest of the block that the last piece is the beginning of. */
  #room = new Uint8Array()

  /** @param kept bytes */
  constructor(kept = KEPT) {
    this.#kept = kept
  }

  /** The bytes are not changed afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.length >= SMALL) {
      this.#pieces.push(bytes)
      this.#room = new Uint8Array()
    } else this.#pushSmall(bytes)
    this.#bytes += bytes.length
    this.#fall()
  }

  /** Keeps what has come in less room, for a terminal that is quiet. @returns how many bytes less */
  pack(): number {
    const bytes = this.#pieces.reduce((sum, { length }) => sum + length, 0)
    if (bytes < PACKED_FROM) return 0
    const packed = new PackedBytes(Buffer.concat(this.#pieces))
    this.#packed.push(packed)
    this.#pieces.length = 0
    this.#room = new Uint8Array()
    return packed.saved
  }

  /** What paints the screen of a terminal that is new. */
  replay(): Uint8Array {
    const all = Buffer.concat(this.#all())
    const from = all.length <= this.#kept ? 0 : placeAfter(all, all.length - this.#kept)
    const modes = this.#fallen.copy()
    modes.read(all.subarray(0, from))
    return Buffer.concat([modes.sequences(), all.subarray(from)])
  }

  /** Whether a full-screen program has the screen: it paints all of it anew when the size changes. */
  isFullScreen(): boolean {
    const modes = this.#fallen.copy()
    for (const piece of this.#all()) modes.read(piece)
    return modes.isFullScreen
  }

  #all(): readonly Uint8Array[] {
    return [...this.#packed.map((packed) => packed.unpacked()), ...this.#pieces]
  }

  #pushSmall(bytes: Uint8Array): void {
    const last = this.#pieces.at(-1)
    if (last === undefined || this.#room.length < bytes.length) {
      const block = new Uint8Array(2 * SMALL)
      block.set(bytes)
      this.#pieces.push(block.subarray(0, bytes.length))
      this.#room = block.subarray(bytes.length)
      return
    }
    this.#room.set(bytes)
    this.#room = this.#room.subarray(bytes.length)
    this.#pieces[this.#pieces.length - 1] = new Uint8Array(
      last.buffer,
      last.byteOffset,
      last.length + bytes.length,
    )
  }

  #fall(): void {
    for (;;) {
      const [packed] = this.#packed
      const first = packed ?? this.#pieces[0]
      if (first === undefined || this.#bytes - first.length < this.#kept) return
      if (packed === undefined) this.#pieces.shift()
      else this.#packed.shift()
      this.#bytes -= first.length
      this.#fallen.read(first instanceof PackedBytes ? first.unpacked() : first)
    }
  }
}

/** The first place from there on where a line or at least a sequence begins; a character, where neither is near. */
function placeAfter(bytes: Buffer, from: number): number {
  const near = bytes.subarray(from, from + LOOK_FOR_PLACE)
  const newline = near.indexOf(NEWLINE)
  if (newline >= 0) return from + newline + 1
  const escape = near.indexOf(ESCAPE)
  if (escape >= 0) return from + escape
  let place = from
  // RFC 3629 §3: bytes of a character after its first.
  while (place < bytes.length && ((bytes[place] ?? 0) & 0xc0) === 0x80) place++
  return place
}
