import { onesInBytes, bitsWithin, setBit, walkBits, type Window } from './bits.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { bitmapOf, listOf, NO_POSTINGS, type Offsets, type PostingList } from './posting-list.ts'

/**
 * Which of a stretch of records have which term, as the bytes of one row. Terms are known by a hash of 32 bits, so that a list may also name
 * records of another term: whoever searches looks at the records themselves.
 *
 * A row has 16 parts, and first where each ends (4 bytes each). In a part each term is its hash (4 bytes), then the length of its list (twice,
 * plus 1 where the list is a bitmap; a varint as all numbers here), then the list: gaps between offsets or, where that is shorter, a bit for
 * each record.
 */

export const PARTS = 16

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
    merged.expect(
      given.reduce((sum, { list, isBitmap }) => sum + (isBitmap ? onesInBytes(list) : 0), 0),
    )
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
    ? bitmapOf(bitsWithin(cursor.list, windows))
    : listOf(decodeGaps(cursor.list, windows))
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
