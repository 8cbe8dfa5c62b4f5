import type { DatabaseSync } from 'node:sqlite'
import { refusalReason } from '@fleetkey/domain/refusal-reason'
import { matchesSearch } from '@fleetkey/domain/trail-search'
import type { SeriesCount, TrailCount, TrailCounts } from '../../store.ts'
import { all, one } from '../sql.ts'
import { SELECT_ENTRY, storedEntry, type EntryRow } from '../trail-row.ts'
import { findCandidates, type Budget } from './candidates.ts'
import { firstSince, type TimedRecord } from './first-since.ts'
import { BLOCK_RECORDS } from './layout.ts'
import { indexedBlocks } from './stretch-times.ts'
import { termsOf } from './terms-of.ts'

/** A tenth of a second of work for all series together (candidates.ts says what costs how much). */
const BUDGET = 20_000
const ROW_COST = 3
/** Records that the index has not taken in yet, after a burst: they are read. Where there are more, what is before them is not counted. */
const MAX_TAIL = 5000

type Series = TrailCount['series'][number]

/**
 * Counts what the index has without reading it, but for reasons. Which interval a record is of follows from its place: records stand in the order in which they
 * were written, and one that was written late counts then.
 */
export function count(db: DatabaseSync, question: TrailCount): TrailCounts {
  const { series, from, everyMs } = question
  const head = one<{ seq: number }>(db, 'select seq from trail_head')?.seq ?? 0
  const places = placesOf(db, question, head)
  const tail = tailOf(db, question, places)
  const counted = series.map((one) => {
    const budget = { left: Math.floor(BUDGET / series.length) }
    return countSeries(db, one, { question, places, tail, budget })
  })
  const uncounted = Math.max(0, ...counted.map(({ uncounted }) => uncounted))
  return { series: counted, lastSeq: head, countedFrom: from + uncounted * everyMs }
}

interface Places {
  /** The first record of each interval, and the first behind the last. */
  readonly firsts: readonly number[]
  /** What is behind is in no index yet. */
  readonly firstOfTail: number
  readonly blocks: number
}

function placesOf(
  db: DatabaseSync,
  { from, everyMs, intervals }: TrailCount,
  head: number,
): Places {
  const blocks = indexedBlocks(db)
  const firstOfTail = blocks * BLOCK_RECORDS
  const tail = all<TimedRecord>(
    db,
    'select seq, time from trail where seq >= ? order by seq',
    Math.max(firstOfTail, head + 1 - MAX_TAIL),
  )
  const firsts = Array.from({ length: intervals + 1 }, (_, index) =>
    firstSince(db, from + index * everyMs, { blocks, tail, end: head }),
  )
  return { firsts, firstOfTail, blocks }
}

/** Records that no index has yet, newest first. */
function tailOf(
  db: DatabaseSync,
  { intervals }: TrailCount,
  { firsts, firstOfTail }: Places,
): readonly EntryRow[] {
  return all<EntryRow>(
    db,
    `${SELECT_ENTRY} from trail t where seq >= ? and seq < ? order by seq desc limit ${MAX_TAIL}`,
    Math.max(firstOfTail, firsts[0] ?? 0),
    firsts[intervals] ?? 0,
  )
}

/** With how many intervals, from the first on, it did not come to the end of. */
function countSeries(
  db: DatabaseSync,
  { conditions, byReason }: Series,
  given: {
    readonly question: TrailCount
    readonly places: Places
    readonly tail: readonly EntryRow[]
    readonly budget: Budget
  },
): SeriesCount & { readonly uncounted: number } {
  const { question, places, tail, budget } = given
  const { firsts, firstOfTail, blocks } = places
  const counts = Array.from({ length: question.intervals }, () => 0)
  const reasons = new Map<string, number>()
  const add = (interval: number, record: () => string | undefined) => {
    counts[interval] = (counts[interval] ?? 0) + 1
    if (!byReason) return
    const text = record()
    const reason = text === undefined ? undefined : refusalReason(text)
    if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  for (const row of tail) {
    if (matchesSearch(storedEntry(row), conditions))
      add(intervalOf(row.seq, firsts), () => row.record)
  }
  const behind = tail.length === MAX_TAIL ? tail.at(-1) : undefined
  if (behind !== undefined) {
    const uncounted = intervalOf(behind.seq, firsts) + 1
    return { counts, reasons: Object.fromEntries(reasons), uncounted }
  }
  const range = {
    low: firsts[0] ?? 0,
    high: Math.min((firsts[question.intervals] ?? 0) - 1, firstOfTail - 1),
  }
  const way = {
    step: -1 as const,
    terms: termsOf(conditions),
    // Places say what is counted.
    times: {},
    blocks,
    budget,
    isExact: true,
  }
  let uncounted = 0
  for (const { seq, isCandidate } of findCandidates(db, range, way)) {
    if (isCandidate) {
      add(intervalOf(seq, firsts), () => {
        budget.left -= ROW_COST
        return one<{ record: string }>(db, 'select record from trail where seq = ?', seq)?.record
      })
    }
    if (budget.left > 0 || seq <= range.low) continue
    uncounted = intervalOf(seq, firsts) + 1
    break
  }
  return { counts, reasons: Object.fromEntries(reasons), uncounted }
}

/** Of a record that is in one. */
function intervalOf(seq: number, firsts: readonly number[]): number {
  let [low, high] = [0, firsts.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((firsts[middle] ?? Infinity) <= seq) low = middle
    else high = middle
  }
  return low
}
