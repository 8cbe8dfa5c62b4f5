/**
 * Which of a stretch of records have which term, as the bytes of one row. Terms are known by a hash of 32 bits, so that a list may also name
 * records of another term: whoever searches looks at the records themselves.
 *
 * A row has 16 parts, and first where each ends (4 bytes each). In a part each term is its hash (4 bytes), then the length of its list (twice,
 * plus 1 where the list is a bitmap; a varint as all numbers here), then the list: gaps between offsets or, where that is shorter, a bit for
 * each record.
 */

export const PARTS = 16

/** Offsets of records in their stretch, ascending. */
export type Offsets = readonly number[]

/** Offsets, both inclusive. */
interface Window {
  readonly low: number
  readonly high: number
}

/** What a search asks of the records that have a term. */
export interface PostingList {
  readonly count: number
  has(offset: number): boolean
  /** Upwards or downwards. */
  walk(step: 1 | -1): Iterable<number>
  /** Where the list is long. */
  readonly bits?: Bits
}

/** A bit for each record from the first byte's on, to the last that a window has: whole words of four bytes, so that these can be held against each other. */
interface Bits {
  /** Of all bytes of the stretch. */
  readonly first: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

export const NO_POSTINGS: PostingList = listOf([])

/** Which term and record, in a number that sorts by both; `span` is the number of records in the stretch. */
export const postingOf = (hash: number, offset: number, span: number): number =>
  hash * span + offset

/** Makes a row of the postings of one stretch; sorts them. One may be there twice. `span` is a multiple of 8. */
export function encodePostings(
  postings: Float64Array,
  span: number,
  partOf: (hash: number) => number,
): Uint8Array {
  const row = new RowWriter(span, partOf)
  let term = -1
  for (const posting of postings.sort()) {
    const hash = Math.floor(posting / span)
    if (hash !== term) row.begin((term = hash))
    row.add(posting % span)
  }
  return row.written()
}

/** Makes a row of the same part of several rows, whose stretches follow each other, `span` records each. */
export function mergePostings(
  rows: readonly (Uint8Array | undefined)[],
  part: number,
  { span, partOf }: { readonly span: number; readonly partOf: (hash: number) => number },
): Uint8Array {
  const merged = new RowWriter(span * rows.length, partOf)
  const cursors = rows.flatMap((row, index) =>
    row === undefined ? [] : [new TermCursor(partOfRow(row, part), index * span)],
  )
  for (;;) {
    let hash = Infinity
    for (const cursor of cursors) hash = Math.min(hash, cursor.hash)
    if (hash === Infinity) return merged.written()
    merged.begin(hash)
    const given = cursors.filter((cursor) => cursor.hash === hash)
    merged.expect(given.reduce((sum, { list, isBitmap }) => sum + (isBitmap ? bitsOf(list) : 0), 0))
    for (const cursor of given) {
      if (cursor.isBitmap) merged.addBits(cursor.list, cursor.first)
      else {
        const reader = new ByteReader(cursor.list)
        let offset = cursor.first
        while (reader.hasMore) merged.add((offset += reader.varint()))
      }
      cursor.advance()
    }
  }
}

/** The records that have this term, which is in that part of the row, and are in one of the windows: these are ascending. */
export function findPostings(
  row: Uint8Array,
  which: { readonly part: number; readonly hash: number; readonly windows: readonly Window[] },
): PostingList {
  const { part, hash, windows } = which
  const cursor = new TermCursor(partOfRow(row, part), 0)
  while (cursor.hash < hash) cursor.advance()
  if (cursor.hash !== hash) return NO_POSTINGS
  return cursor.isBitmap
    ? bitmapOf(cut(cursor.list, windows))
    : listOf(decodeGaps(cursor.list, windows))
}

/** Of stretches that follow each other, `span` records each; the windows are those of all together. */
export function joinPostings(
  parts: readonly PostingList[],
  { span, windows }: { readonly span: number; readonly windows: readonly Window[] },
): PostingList {
  if (parts.every(({ bits }) => bits === undefined)) {
    return listOf(
      parts.flatMap((part, index) => Array.from(part.walk(1), (offset) => offset + index * span)),
    )
  }
  const joined = noBits(windows)
  for (const [index, part] of parts.entries()) setAll(joined, part, index * span)
  return bitmapOf(joined)
}

/** Of records that have any of several terms, in the same windows. */
export function unitePostings(lists: readonly PostingList[]): PostingList {
  const [only, ...others] = lists
  if (only !== undefined && others.length === 0) return only
  const longest = lists.find(({ bits }) => bits !== undefined)?.bits
  if (longest === undefined) {
    const offsets = new Set(lists.flatMap((list) => [...list.walk(1)]))
    return listOf([...offsets].sort((a, b) => a - b))
  }
  const united = { first: longest.first, bytes: new Uint8Array(longest.bytes.length) }
  for (const list of lists) setAll(united, list, 0)
  return bitmapOf(united)
}

/**
 * Of the records that have all of several terms, in the same windows: by ascending length, and few lists where these could be held against each other at once. Lists that are
 * bits become one, 32 records at a time; a short one is left with the records that are in all.
 */
export function sharedPostings(lists: readonly PostingList[]): readonly PostingList[] {
  const [shortest, ...others] = byLength(sharedBits(lists))
  if (shortest === undefined) return []
  if (others.length === 0) return [shortest]
  if (shortest.count > SHORT) return [shortest, ...others]
  const shared = [...shortest.walk(1)].filter((offset) => others.every((list) => list.has(offset)))
  return [listOf(shared)]
}

/** Longer ones are not gone through before somebody asks for their records: these may be many, and few wanted. */
const SHORT = 1024

function sharedBits(lists: readonly PostingList[]): readonly PostingList[] {
  const [first, ...others] = lists.flatMap(({ bits }) => bits ?? [])
  if (first === undefined || others.length === 0) return lists
  const shared = Uint8Array.from(first.bytes)
  const words = new Uint32Array(shared.buffer)
  for (const { bytes } of others) {
    const given = new Uint32Array(bytes.buffer)
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) & (given[at] ?? 0)
  }
  const all = bitmapOf({ first: first.first, bytes: shared })
  return [...lists.filter(({ bits }) => bits === undefined), all]
}

const byLength = (lists: readonly PostingList[]) => lists.toSorted((a, b) => a.count - b.count)

function listOf(offsets: Offsets): PostingList {
  return {
    count: offsets.length,
    has: (offset) => offsets[lowerBound(offsets, offset)] === offset,
    *walk(step) {
      for (let at = step === 1 ? 0 : offsets.length - 1; ; at += step) {
        const offset = offsets[at]
        if (offset === undefined) return
        yield offset
      }
    },
  }
}

function bitmapOf(bits: Bits): PostingList {
  const { first, bytes } = bits
  let count: number | undefined
  return {
    bits,
    get count() {
      return (count ??= onesOf(new Uint32Array(bytes.buffer)))
    },
    has: (offset) => (((bytes[(offset >> 3) - first] ?? 0) >> (offset & 7)) & 1) === 1,
    walk: (step) => walkBits(first, bytes, step),
  }
}

function* walkBits(first: number, bytes: Uint8Array, step: 1 | -1): Generator<number> {
  for (let at = step === 1 ? 0 : bytes.length - 1; ; at += step) {
    const byte = bytes[at]
    if (byte === undefined) return
    if (byte === 0) continue
    for (let n = 0; n < 8; n++) {
      const bit = step === 1 ? n : 7 - n
      if (((byte >> bit) & 1) === 1) yield (first + at) * 8 + bit
    }
  }
}

function noBits(windows: readonly Window[]): Bits {
  const first = ((windows[0]?.low ?? 0) >> 5) * 4
  const end = (((windows.at(-1)?.high ?? -1) >> 5) + 1) * 4
  return { first, bytes: new Uint8Array(end - first) }
}

/** Without what is outside of the windows. */
function cut(list: Uint8Array, windows: readonly Window[]): Bits {
  const kept = noBits(windows)
  const { first, bytes } = kept
  const keep = (at: number, mask: number) => {
    bytes[at - first] = (bytes[at - first] ?? 0) | ((list[at] ?? 0) & mask)
  }
  for (const { low, high } of windows) {
    const [begin, end] = [low >> 3, high >> 3]
    const [from, to] = [(0xff << (low & 7)) & 0xff, 0xff >> (7 - (high & 7))]
    if (begin === end) {
      keep(begin, from & to)
      continue
    }
    keep(begin, from)
    bytes.set(list.subarray(begin + 1, end), begin + 1 - first)
    keep(end, to)
  }
  return kept
}

/** @param by how far its offsets are moved; a multiple of 32 */
function setAll({ first, bytes }: Bits, list: PostingList, by: number): void {
  if (list.bits === undefined) {
    for (const offset of list.walk(1)) setBit(bytes, offset + by - first * 8)
    return
  }
  const words = new Uint32Array(bytes.buffer)
  const given = new Uint32Array(list.bits.bytes.buffer)
  const start = (list.bits.first + by / 8 - first) / 4
  for (let at = 0; at < given.length; at++) {
    words[start + at] = (words[start + at] ?? 0) | (given[at] ?? 0)
  }
}

function bitsOf(bits: Uint8Array): number {
  let count = 0
  for (const byte of bits) count += BITS_IN[byte] ?? 0
  return count
}

/** Two, four and eight bits at once, then all. */
function onesOf(words: Uint32Array): number {
  let count = 0
  for (const word of words) {
    const twos = word - ((word >>> 1) & 0x5555_5555)
    const fours = (twos & 0x3333_3333) + ((twos >>> 2) & 0x3333_3333)
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
  }
  return count
}

const BITS_IN = Uint8Array.from({ length: 256 }, (_, byte) => bitsIn(byte))

function bitsIn(byte: number): number {
  let count = 0
  for (let rest = byte; rest > 0; rest &= rest - 1) count += 1
  return count
}

function decodeGaps(list: Uint8Array, windows: readonly Window[] = EVERYTHING): Offsets {
  const reader = new ByteReader(list)
  const offsets: number[] = []
  let at = 0
  let last = 0
  while (reader.hasMore) {
    last += reader.varint()
    while (last > (windows[at]?.high ?? Infinity)) at += 1
    const window = windows[at]
    if (window === undefined) break
    if (last >= window.low) offsets.push(last)
  }
  return offsets
}

const EVERYTHING: readonly Window[] = [{ low: 0, high: Infinity }]

/** Where `offset` is or would be. */
function lowerBound(offsets: Offsets, offset: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((offsets[middle] ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Writes term after term, by ascending hash. */
class RowWriter {
  readonly #span: number
  readonly #partOf: (hash: number) => number
  readonly #row = new ByteWriter()
  readonly #ends: number[] = []
  #hash = -1
  readonly #gaps = new ByteWriter()
  /** Instead of gaps, once these would be longer. */
  #bits: Uint8Array | undefined
  #last = -1

  constructor(span: number, partOf: (hash: number) => number) {
    this.#span = span
    this.#partOf = partOf
  }

  begin(hash: number): void {
    this.#end()
    this.#hash = hash
    this.#endParts(this.#partOf(hash))
  }

  /** Ascending; the same again counts once. */
  add(offset: number): void {
    if (offset === this.#last) return
    if (this.#bits === undefined) {
      this.#gaps.varint(offset - Math.max(0, this.#last))
      if (this.#gaps.length > this.#span / 8) this.#toBits()
    }
    if (this.#bits !== undefined) setBit(this.#bits, offset)
    this.#last = offset
  }

  /** So many at least will come: when their gaps, a byte each or more, are longer than the bits, these are made at once. */
  expect(count: number): void {
    if (count > this.#span / 8) this.#toBits()
  }

  /** What was dense in one stretch may be rare in a larger one: then it is gaps again. */
  addBits(bits: Uint8Array, first: number): void {
    if (this.#bits === undefined) {
      for (const offset of walkBits(0, bits, 1)) this.add(first + offset)
      return
    }
    this.#bits.set(bits, first / 8)
    this.#last = first + bits.length * 8 - 1
  }

  written(): Uint8Array {
    this.#end()
    this.#endParts(PARTS)
    const row = new ByteWriter()
    for (const end of this.#ends) row.uint32(end)
    row.bytes(this.#row.written())
    return row.written()
  }

  /** Those before this one. */
  #endParts(part: number): void {
    while (this.#ends.length < part) this.#ends.push(HEADER + this.#row.length)
  }

  #toBits(): Uint8Array {
    if (this.#bits !== undefined) return this.#bits
    this.#bits = new Uint8Array(this.#span / 8)
    for (const offset of decodeGaps(this.#gaps.written())) setBit(this.#bits, offset)
    return this.#bits
  }

  #end(): void {
    if (this.#hash < 0) return
    const list = this.#bits ?? this.#gaps.written()
    this.#row.uint32(this.#hash)
    this.#row.varint(list.length * 2 + (this.#bits === undefined ? 0 : 1))
    this.#row.bytes(list)
    this.#gaps.clear()
    this.#bits = undefined
    this.#last = -1
    this.#hash = -1
  }
}

const HEADER = PARTS * 4

function partOfRow(row: Uint8Array, part: number): Uint8Array {
  const ends = new DataView(row.buffer, row.byteOffset, HEADER)
  const start = part === 0 ? HEADER : ends.getUint32((part - 1) * 4, true)
  return row.subarray(start, ends.getUint32(part * 4, true))
}

function setBit(bits: Uint8Array, offset: number): void {
  bits[offset >> 3] = (bits[offset >> 3] ?? 0) | (1 << (offset & 7))
}

/** Stands at one term of some postings after the other. */
class TermCursor {
  /** Of the first record of its stretch. */
  readonly first: number
  readonly #reader: ByteReader
  /** Infinity behind the last. */
  hash = -1
  list: Uint8Array = new Uint8Array()
  isBitmap = false

  constructor(encoded: Uint8Array, first: number) {
    this.first = first
    this.#reader = new ByteReader(encoded)
    this.advance()
  }

  advance(): void {
    if (!this.#reader.hasMore) {
      this.hash = Infinity
      return
    }
    this.hash = this.#reader.uint32()
    const length = this.#reader.varint()
    this.list = this.#reader.bytes(length >>> 1)
    this.isBitmap = (length & 1) === 1
  }
}

class ByteWriter {
  #bytes = new Uint8Array(2048)
  #at = 0

  uint32(value: number): void {
    this.#reserve(4)
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#at++] = (value >>> shift) & 0xff
  }

  varint(value: number): void {
    this.#reserve(5)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#at++] = rest
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  get length(): number {
    return this.#at
  }

  /** Until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  clear(): void {
    this.#at = 0
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get hasMore(): boolean {
    return this.#at < this.#bytes.length
  }

  uint32(): number {
    let value = 0
    for (let shift = 0; shift < 32; shift += 8) value |= this.#next() << shift
    return value >>> 0
  }

  varint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#next()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  bytes(length: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return bytes
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0
  }
}
