import type { DatabaseSync } from 'node:sqlite'
import { matchesSearch } from '@fleetkey/domain/trail-search'
import type { StoredTrailEntry, TrailPage, TrailSearch } from '../../store.ts'
import { all, one } from '../sql.ts'
import { SELECT_ENTRY, storedEntry, type EntryRow } from '../trail-row.ts'
import { findCandidates, findWindows, type Budget, type Step } from './candidates.ts'
import { BLOCK_RECORDS, both, type SeqRange } from './layout.ts'
import { indexedBlocks } from './stretch-times.ts'
import { termsOf } from './terms-of.ts'

/** Some tens of milliseconds of work (candidates.ts says what costs how much). A page that has not found enough by then says how far it looked. */
const BUDGET = 6000
const ROW_COST = 3
const SCANNED_ROW_COST = 1
/** Rows that are read at once where no index leads. */
const SCANNED = 200

/** One page: the entries that fit, in the order that is asked for, and how far it looked for them. */
export function search(db: DatabaseSync, query: TrailSearch): TrailPage {
  const { limit, conditions, from = 0, to = Infinity } = query
  const entries: StoredTrailEntry[] = []
  const budget = { left: BUDGET }
  const isWanted = (entry: StoredTrailEntry) =>
    entry.time >= from &&
    entry.time <= to &&
    (query.withoutIntents !== true || entry.phase !== 'intent') &&
    matchesSearch(entry, conditions)
  const head = one<{ seq: number }>(db, 'select seq from trail_head')?.seq ?? 0
  for (const { seq, entry } of look(db, query, { head, budget })) {
    if (entry !== undefined && isWanted(entry)) entries.push(entry)
    if (entries.length >= limit || budget.left <= 0) return { entries, lookedTo: seq, isEnd: false }
  }
  return { entries, lookedTo: query.order === 'oldest' ? head : 0, isEnd: true }
}

/** Where it has come to, with the entry there if it may be wanted. */
interface Looked {
  readonly seq: number
  readonly entry?: StoredTrailEntry
}

/** What the index knows, and the tail that it does not know yet, in the order that is asked for. */
function* look(
  db: DatabaseSync,
  query: TrailSearch,
  { head, budget }: { readonly head: number; readonly budget: Budget },
): Generator<Looked> {
  const blocks = indexedBlocks(db)
  const firstOfTail = blocks * BLOCK_RECORDS
  const step: Step = query.order === 'newest' ? -1 : 1
  const asked = { low: 1, high: head }
  if (query.after !== undefined) {
    if (step === 1) asked.low = Math.max(1, query.after + 1)
    else asked.high = Math.min(head, query.after - 1)
  }
  const indexed = both(asked, { low: 0, high: firstOfTail - 1 })
  const tail = both(asked, { low: firstOfTail, high: head })
  const terms = termsOf(query.conditions)
  const way = { step, budget, terms, blocks, times: query }
  const inIndex = () =>
    terms.length === 0 ? scanWindows(db, indexed, way) : follow(db, indexed, way)
  if (step === 1) {
    yield* inIndex()
    yield* scan(db, tail, { step, budget })
  } else {
    yield* scan(db, tail, { step, budget })
    yield* inIndex()
  }
}

function* follow(
  db: DatabaseSync,
  range: SeqRange,
  way: Parameters<typeof findCandidates>[2],
): Generator<Looked> {
  const sql = `${SELECT_ENTRY} from trail t where seq = ?`
  for (const { seq, isCandidate } of findCandidates(db, range, way)) {
    const row = isCandidate ? one<EntryRow>(db, sql, seq) : undefined
    if (row === undefined) yield { seq }
    else {
      way.budget.left -= ROW_COST
      yield { seq, entry: storedEntry(row) }
    }
  }
}

function* scanWindows(
  db: DatabaseSync,
  range: SeqRange,
  way: Parameters<typeof findWindows>[2],
): Generator<Looked> {
  for (const { windows, end } of findWindows(db, range, way)) {
    for (const window of way.step === 1 ? windows : windows.toReversed()) {
      yield* scan(db, window, way)
    }
    yield { seq: end }
  }
}

function* scan(
  db: DatabaseSync,
  range: SeqRange,
  { step, budget }: { readonly step: Step; readonly budget: Budget },
): Generator<Looked> {
  const sql = `${SELECT_ENTRY} from trail t where seq between ? and ? order by seq ${step === 1 ? 'asc' : 'desc'} limit ${SCANNED}`
  let { low, high } = range
  while (low <= high) {
    const rows = all<EntryRow>(db, sql, low, high)
    for (const row of rows) {
      budget.left -= SCANNED_ROW_COST
      yield { seq: row.seq, entry: storedEntry(row) }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < SCANNED) return
    if (step === 1) low = last.seq + 1
    else high = last.seq - 1
  }
}
