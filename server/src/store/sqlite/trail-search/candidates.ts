import type { DatabaseSync } from 'node:sqlite'
import { readRow } from './index-block.ts'
import {
  below,
  blockOf,
  isMoved,
  partOf,
  placeOf,
  rowOf,
  spanOf,
  stretchOf,
  type Stretch,
} from './layout.ts'
import {
  findPostings,
  joinPostings,
  NO_POSTINGS,
  unitePostings,
  type PostingList,
} from './postings.ts'

/** Both inclusive; empty when `low` is beyond `high`. */
export interface SeqRange {
  readonly low: number
  readonly high: number
}

/** Towards newer or towards older entries. */
export type Step = 1 | -1

/** What a page may still cost: a unit is about 5 µs. */
export interface Budget {
  left: number
}

const POSTINGS_COST = 3
/** Of records that have the rarest term, so many are held against the other terms for a unit. */
const WALKED_PER_UNIT = 64
/** So few are sooner looked at than held against further lists. */
const FEW = 16

/**
 * Entries in the range that may have all of the terms, in order: for each, one of several hashes. Says in between how far it has come, so that whoever asks can stop
 * there and go on another time.
 */
export function* findCandidates(
  db: DatabaseSync,
  range: SeqRange,
  way: {
    readonly step: Step
    readonly terms: readonly (readonly number[])[]
    readonly blocks: number
    readonly budget: Budget
    /** Nobody looks at the records: all terms are held against each other, also where few are left. */
    readonly isExact?: boolean
  },
): Generator<{ readonly seq: number; readonly isCandidate: boolean }> {
  const { step, terms, blocks, budget, isExact = false } = way
  let at = step === 1 ? range.low : range.high
  while (at >= range.low && at <= range.high) {
    const stretch = stretchOf(blockOf(at), blocks)
    const first = stretch.number * spanOf(stretch.level)
    const [rarest, ...others] = listsIn(db, stretch, { terms, blocks, budget, isExact })
    let walked = 0
    for (const offset of rarest?.walk(at - first, step) ?? []) {
      const seq = first + offset
      if (seq < range.low || seq > range.high) break
      walked += 1
      if (walked % WALKED_PER_UNIT === 0) budget.left -= 1
      if (others.every((list) => list.has(offset))) yield { seq, isCandidate: true }
      else if (budget.left <= 0) yield { seq, isCandidate: false }
    }
    const end = step === 1 ? first + spanOf(stretch.level) - 1 : first
    yield { seq: Math.min(range.high, Math.max(range.low, end)), isCandidate: false }
    at = end + step
  }
}

/** By ascending length. Empty when no record of the stretch has all of the terms. */
function listsIn(
  db: DatabaseSync,
  stretch: Stretch,
  {
    terms,
    blocks,
    budget,
    isExact,
  }: {
    readonly terms: readonly (readonly number[])[]
    readonly blocks: number
    readonly budget: Budget
    readonly isExact: boolean
  },
): readonly PostingList[] {
  const lists: PostingList[] = []
  for (const hashes of terms) {
    const list = unitePostings(hashes.map((hash) => listOf(db, stretch, { hash, blocks, budget })))
    if (list.count === 0) return []
    lists.push(list)
    if (list.count <= FEW && !isExact) break
  }
  return lists.sort((a, b) => a.count - b.count)
}

function listOf(
  db: DatabaseSync,
  stretch: Stretch,
  term: { readonly hash: number; readonly blocks: number; readonly budget: Budget },
): PostingList {
  const { hash, blocks, budget } = term
  if (isMoved(stretch, hash, blocks)) {
    budget.left -= POSTINGS_COST
    const row = readRow(db, placeOf(stretch, rowOf(hash, stretch.level)))
    return row === undefined ? NO_POSTINGS : findPostings(row, partOf(hash, stretch.level), hash)
  }
  return joinPostings(
    below(stretch).map((part) => listOf(db, part, term)),
    spanOf(stretch.level - 1),
  )
}
