import { noBits, onesInWords, setBit, walkBits, type Bits, type Window } from './bits.ts'

/** Offsets of records in their stretch, ascending. */
export type Offsets = readonly number[]

/** What a search asks of the records that have a term. */
export interface PostingList {
  readonly count: number
  has(offset: number): boolean
  /** Upwards or downwards. */
  walk(step: 1 | -1): Iterable<number>
  /** Where the list is long. */
  readonly bits?: Bits
}

export const NO_POSTINGS: PostingList = listOf([])

export function listOf(offsets: Offsets): PostingList {
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

export function bitmapOf(bits: Bits): PostingList {
  const { first, bytes } = bits
  let count: number | undefined
  return {
    bits,
    get count() {
      return (count ??= onesInWords(new Uint32Array(bytes.buffer)))
    },
    has: (offset) => (((bytes[(offset >> 3) - first] ?? 0) >> (offset & 7)) & 1) === 1,
    walk: (step) => walkBits(first, bytes, step),
  }
}

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
