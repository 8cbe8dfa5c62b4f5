/** A message of output, as it came. */
interface Piece {
  readonly bytes: Uint8Array
  /** Ends of lines in it. Undefined when it does anything else than write lines. */
  readonly lines: number | undefined
}

/**
 * Output that is not on the screen yet. Of plain lines those that would have been scrolled out of it before anybody saw them need not be
 * written: what remains on the screen, and above it, is the same to the last character.
 */
export class WaitingOutput {
  #pieces: Piece[] = []
  #bytes = 0
  #lines = 0
  #others = 0

  get bytes(): number {
    return this.#bytes
  }

  /** Whether there is nothing in it but lines: no sequence that sets anything. */
  get isPlain(): boolean {
    return this.#others === 0
  }

  push(bytes: Uint8Array): void {
    this.#add({ bytes, lines: linesIfPlain(bytes) })
  }

  /**
   * Leaves out whole lines before the last ones. What came first stays: it may end a sequence that has begun on the screen.
   *
   * @param kept lines, those of the screen and those above it
   * @returns how many bytes were left out
   */
  skipUnseen(kept: number): number {
    if (!this.isPlain || this.#lines <= kept) return 0
    const [first, ...others] = this.#pieces
    const shown = fewestLast(others, kept)
    const [next, ...rest] = shown
    if (first === undefined || next?.lines === undefined || shown.length === others.length) return 0
    const begun = afterWholeLines(first.bytes)
    if (begun === 0) return 0
    const before = this.#bytes
    this.#clear()
    this.#add({ ...first, bytes: first.bytes.subarray(0, begun) })
    this.#add({ bytes: next.bytes.subarray(afterLine(next.bytes)), lines: next.lines - 1 })
    for (const piece of rest) this.#add(piece)
    return before - this.#bytes
  }

  /** Takes what came first, whole pieces. @param atMost bytes, unless one alone is larger */
  take(atMost: number): Uint8Array {
    let size = 0
    let count = 0
    for (const { bytes } of this.#pieces) {
      if (count > 0 && size + bytes.length > atMost) break
      size += bytes.length
      count += 1
    }
    const taken = new Uint8Array(size)
    const rest = this.#pieces.slice(count)
    let at = 0
    for (const { bytes } of this.#pieces.slice(0, count)) {
      taken.set(bytes, at)
      at += bytes.length
    }
    this.#clear()
    for (const piece of rest) this.#add(piece)
    return taken
  }

  #add(piece: Piece): void {
    this.#pieces.push(piece)
    this.#bytes += piece.bytes.length
    if (piece.lines === undefined) this.#others += 1
    else this.#lines += piece.lines
  }

  #clear(): void {
    this.#pieces = []
    this.#bytes = 0
    this.#lines = 0
    this.#others = 0
  }
}

const [TAB, LINE_FEED, RETURN, SPACE, DELETE] = [0x09, 0x0a, 0x0d, 0x20, 0x7f]
/** Of the controls of ISO 8859 in UTF-8, one of which begins a sequence: what follows it is below `0xa0`. */
const FIRST_OF_C1 = 0xc2

/** How many lines end in it, when it writes lines and does nothing else. */
function linesIfPlain(bytes: Uint8Array): number | undefined {
  let lines = 0
  let before = 0
  // By index: three times as fast, and every byte of a flood comes through here.
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0
    if (byte < SPACE) {
      if (byte === LINE_FEED) {
        if (before === RETURN) lines += 1
      } else if (byte !== RETURN && byte !== TAB) return undefined
    } else if (byte === DELETE || (before === FIRST_OF_C1 && byte < 0xa0)) return undefined
    before = byte
  }
  return before === FIRST_OF_C1 ? undefined : lines
}

/** The last pieces, as few as have more ends of lines than are kept. */
function fewestLast(pieces: readonly Piece[], kept: number): readonly Piece[] {
  let ends = 0
  const from = pieces.findLastIndex(({ lines = 0 }) => {
    ends += lines
    return ends > kept
  })
  return pieces.slice(Math.max(0, from))
}

/** The place after the last line that ends in it; 0 where no letter comes before that, which ends any sequence but a string (ECMA-48 §5.4). */
function afterWholeLines(bytes: Uint8Array): number {
  let end = bytes.lastIndexOf(LINE_FEED)
  while (end > 0 && bytes[end - 1] !== RETURN) end = bytes.lastIndexOf(LINE_FEED, end - 1)
  const hasLetter = bytes
    .subarray(0, Math.max(0, end))
    .some((byte) => byte >= 0x40 && byte < DELETE)
  return hasLetter ? end + 1 : 0
}

/** The place after the first line that ends in it. */
function afterLine(bytes: Uint8Array): number {
  let end = bytes.indexOf(LINE_FEED)
  while (end >= 0 && bytes[end - 1] !== RETURN) end = bytes.indexOf(LINE_FEED, end + 1)
  return end + 1
}
