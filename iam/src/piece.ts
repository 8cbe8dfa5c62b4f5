/** Characters of a pattern between two `*`; each `?` among them takes any one character. */
export interface Piece {
  readonly text: string
  /** Undefined when it has no `?`. */
  readonly holes: Holes | undefined
}

interface Holes {
  /** Their positions in the text. */
  readonly at: ReadonlySet<number>
  /** For every character of the text, at which of its positions that may stand: bit i of word i/32. */
  readonly places: ReadonlyMap<number, Uint32Array>
  /** The same for all other characters: they may stand in the holes alone. */
  readonly elsewhere: Uint32Array
}

/** `holes`: positions of `?` in `text`. */
export function compilePiece(text: string, holes: ReadonlySet<number>): Piece {
  if (holes.size === 0) return { text, holes: undefined }
  const elsewhere = new Uint32Array(Math.ceil(text.length / 32))
  for (const at of holes) setBit(elsewhere, at)
  const places = new Map<number, Uint32Array>()
  for (let at = 0; at < text.length; at += 1) {
    if (holes.has(at)) continue
    const code = text.charCodeAt(at)
    const mask = places.get(code) ?? elsewhere.slice()
    setBit(mask, at)
    places.set(code, mask)
  }
  return { text, holes: { at: holes, places, elsewhere } }
}

/**
 * The first place at or behind `from` where the piece stands. Pieces with holes are looked for at all places at once
 * (Baeza-Yates and Gonnet, "A new approach to text searching", 1992): text × piece / 32 steps at the most, whatever
 * the two are. Trying place after place would take text × piece, seconds for a policy that was made for it.
 */
export function findPiece(
  { text: piece, holes }: Piece,
  text: string,
  from: number,
): number | undefined {
  if (holes === undefined) {
    const found = text.indexOf(piece, from)
    return found < 0 ? undefined : found
  }
  const { places, elsewhere } = holes
  // Bit i: the i + 1 characters that end here are the first i + 1 of the piece.
  const begun = new Uint32Array(elsewhere.length)
  const lastWord = begun.length - 1
  const lastBit = 1 << ((piece.length - 1) % 32)
  for (let at = from; at < text.length; at += 1) {
    const mask = places.get(text.charCodeAt(at)) ?? elsewhere
    let carry = 1
    for (let word = 0; word <= lastWord; word += 1) {
      const bits = begun[word] ?? 0
      begun[word] = ((bits << 1) | carry) & (mask[word] ?? 0)
      carry = bits >>> 31
    }
    if (((begun[lastWord] ?? 0) & lastBit) !== 0) return at + 1 - piece.length
  }
  return undefined
}

/** Does the piece stand at this very place? */
export function standsAt({ text: piece, holes }: Piece, text: string, at: number): boolean {
  if (holes === undefined) return text.startsWith(piece, at)
  if (at + piece.length > text.length) return false
  for (let offset = 0; offset < piece.length; offset += 1) {
    if (piece[offset] !== text[at + offset] && !holes.at.has(offset)) return false
  }
  return true
}

function setBit(words: Uint32Array, at: number): void {
  const word = Math.floor(at / 32)
  words[word] = (words[word] ?? 0) | (1 << (at % 32))
}
