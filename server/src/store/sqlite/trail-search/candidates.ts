import type { DatabaseSync } from 'node:sqlite'
import { askedTerm, nextTerm, note, type AskedTerm } from './asked-term.ts'
import { readRow } from './index-block.ts'
import {
  below,
  blockOf,
  both,
  isMoved,
  partOf,
  placeOf,
  rangeOf,
  rowOf,
  spanOf,
  stretchOf,
  type SeqRange,
  type Stretch,
} from './layout.ts'
import {
  joinPostings,
  NO_POSTINGS,
  sharedPostings,
  unitePostings,
  type PostingList,
} from './posting-list.ts'
import { findPostings } from './postings.ts'
import { windowsIn, type Times } from './stretch-times.ts'

/** Towards newer or towards older entries. */
export type Step = 1 | -1

/** What a page may still cost: a unit is about 5 µs. */
export interface Budget {
  left: number
}

const POSTINGS_COST = 3
/** Of rows that are read and lists that are held against each other. */
const BYTES_PER_UNIT = 8192
/** Of records that have the rarest term, so many are held against the other terms for a unit. */
const WALKED_PER_UNIT = 64
/** Of the database, to look at one; a row of the index is a page. Few records are sooner looked at than held against a list of many rows. */
const PAGES_OF_RECORD = 2

/**
 * Entries in the range that may have all of the terms, and be of the times, in order: for each term, one of several hashes. Says in between how far it has come,
 * so that whoever asks can stop there and go on another time.
 */
export function* findCandidates(
  db: DatabaseSync,
  range: SeqRange,
  way: {
    readonly step: Step
    readonly terms: readonly (readonly number[])[]
    readonly times: Times
    readonly blocks: number
    readonly budget: Budget
    /** Nobody looks at the records: all terms are held against each other, also where few are left. */
    readonly isExact?: boolean
  },
): Generator<{ readonly seq: number; readonly isCandidate: boolean }> {
  const { step, blocks, budget, isExact = false } = way
  const terms = way.terms.map(askedTerm)
  for (const { stretch, windows, end } of findWindows(db, range, way)) {
    const { low: first } = rangeOf(stretch)
    const lists = listsIn(db, stretch, { terms, blocks, budget, isExact, windows })
    const [rarest, ...others] = lists
    let walked = 0
    for (const offset of rarest?.walk(step) ?? []) {
      const seq = first + offset
      walked += 1
      if (walked % WALKED_PER_UNIT === 0) budget.left -= 1
      if (others.every((list) => list.has(offset))) yield { seq, isCandidate: true }
      else if (budget.left <= 0) yield { seq, isCandidate: false }
    }
    yield { seq: end, isCandidate: false }
  }
}

/** Stretch by stretch, where in it records of the range and the times are; `end` is where the stretch or the range does. */
export function* findWindows(
  db: DatabaseSync,
  range: SeqRange,
  way: {
    readonly step: Step
    readonly terms: readonly (readonly number[])[]
    readonly times: Times
    readonly blocks: number
    readonly budget: Budget
  },
): Generator<{
  readonly stretch: Stretch
  readonly windows: readonly SeqRange[]
  readonly end: number
}> {
  const { step, times, blocks, budget } = way
  const hashes = way.terms.flat()
  let at = step === 1 ? range.low : range.high
  while (at >= range.low && at <= range.high) {
    const stretch = stretchOf(blockOf(at), blocks, hashes)
    const { low, high } = both(range, rangeOf(stretch))
    const end = step === 1 ? high : low
    yield { stretch, windows: windowsIn(db, stretch, { range, times, budget }), end }
    at = end + step
  }
}

interface Looking {
  readonly blocks: number
  readonly budget: Budget
  /** The only records that matter. */
  readonly windows: readonly SeqRange[]
}

/** Empty when no record of the windows has all of the terms. */
function listsIn(
  db: DatabaseSync,
  stretch: Stretch,
  looking: Looking & { readonly terms: readonly AskedTerm[]; readonly isExact: boolean },
): readonly PostingList[] {
  const records = looking.windows.reduce((sum, { low, high }) => sum + high - low + 1, 0)
  if (records === 0) return []
  let lists: readonly PostingList[] = []
  let rest = looking.terms
  for (;;) {
    const term = nextTerm(rest, lists.length === 0)
    if (term === undefined) return lists
    const [left] = lists.length === 1 ? lists : []
    const isFew =
      left !== undefined && left.count * PAGES_OF_RECORD <= rowsToRead(term, stretch, looking)
    if (isFew && !looking.isExact) return lists
    const list = unitePostings(term.hashes.map((hash) => listOf(db, stretch, hash, looking)))
    note(term.seen, list.count, records)
    lists = sharedPostings([...lists, list])
    if (left !== undefined && lists.length === 1)
      note(term.seenLast, lists[0]?.count ?? 0, left.count)
    if (lists.some(({ count }) => count === 0)) return []
    rest = rest.filter((one) => one !== term)
  }
}

/** That are read for a term. */
function rowsToRead({ hashes }: AskedTerm, stretch: Stretch, looking: Looking): number {
  const { blocks, windows } = looking
  const rowsOfHash = (part: Stretch, hash: number): number => {
    if (windowsOf(part, windows).length === 0) return 0
    if (isMoved(part, hash, blocks)) return 1
    return below(part).reduce((sum, one) => sum + rowsOfHash(one, hash), 0)
  }
  return hashes.reduce((sum, hash) => sum + rowsOfHash(stretch, hash), 0)
}

function listOf(db: DatabaseSync, stretch: Stretch, hash: number, looking: Looking): PostingList {
  const { blocks, budget } = looking
  const windows = windowsOf(stretch, looking.windows)
  if (windows.length === 0) return NO_POSTINGS
  if (!isMoved(stretch, hash, blocks)) {
    const parts = below(stretch).map((part) => listOf(db, part, hash, looking))
    return joinPostings(parts, { span: spanOf(stretch.level - 1), windows })
  }
  const row = readRow(db, placeOf(stretch, rowOf(hash, stretch.level)))
  budget.left -= POSTINGS_COST + Math.floor((row?.length ?? 0) / BYTES_PER_UNIT)
  if (row === undefined) return NO_POSTINGS
  return findPostings(row, { part: partOf(hash, stretch.level), hash, windows })
}

/** As offsets in the stretch. */
function windowsOf(stretch: Stretch, windows: readonly SeqRange[]): readonly SeqRange[] {
  const range = rangeOf(stretch)
  return windows
    .map((window) => both(window, range))
    .filter(({ low, high }) => low <= high)
    .map(({ low, high }) => ({ low: low - range.low, high: high - range.low }))
}
