import { TerminalModes } from './terminal-modes.ts'

/** What is kept of a terminal's output, in bytes: some thousand lines. */
const KEPT = 256 * 1024
/** How far after the place where it would have to be cut a better one is looked for. */
const LOOK_FOR_PLACE = 16 * 1024
const NEWLINE = 0x0a
const ESCAPE = 0x1b

/**
 * The last output of a terminal, for whoever comes to see it. What falls out at the front is cut after a line, never in the middle of a character or a
 * sequence, and what it had set (the alternate screen, the mouse, bracketed paste) is remembered and comes first.
 */
export class ReplayBuffer {
  readonly #kept: number
  readonly #fallen = TerminalModes.none()
  #pieces: Uint8Array[] = []
  #bytes = 0

  /** @param kept bytes */
  constructor(kept = KEPT) {
    this.#kept = kept
  }

  /** The bytes are not changed afterwards. */
  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
    // Cut in steps, so that each byte is moved a few times at most.
    if (this.#bytes > this.#kept * 1.5 || this.#pieces.length > 4096) this.#cut()
  }

  /** What paints the screen of a terminal that is new. */
  replay(): Uint8Array {
    this.#cut()
    return Buffer.concat([this.#fallen.sequences(), ...this.#pieces])
  }

  /** Whether a full-screen program has the screen: it paints all of it anew when the size changes. */
  isFullScreen(): boolean {
    const modes = this.#fallen.copy()
    for (const piece of this.#pieces) modes.read(piece)
    return modes.isFullScreen
  }

  #cut(): void {
    const all = Buffer.concat(this.#pieces)
    const from = all.length <= this.#kept ? 0 : placeAfter(all, all.length - this.#kept)
    this.#fallen.read(all.subarray(0, from))
    const rest = Buffer.from(all.subarray(from))
    this.#pieces = rest.length === 0 ? [] : [rest]
    this.#bytes = rest.length
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
