import type { DatabaseSync } from 'node:sqlite'
import type { StoredTrailEntry, TrailQuery } from '../store.ts'
import { all, one } from './sql.ts'
import { ATTRIBUTES, indexedSeq } from './trail-index.ts'
import { SELECT_ENTRY, storedEntry, type EntryRow } from './trail-row.ts'

/** Newest first, so the tail comes before what the index knows. */
export function lookup(db: DatabaseSync, query: TrailQuery): readonly StoredTrailEntry[] {
  const indexed = indexedSeq(db)
  const last = (query.beforeSeq ?? Number.MAX_SAFE_INTEGER) - 1
  const tail = walk(db, query, {
    source: 'trail t',
    values: [],
    low: indexed + 1,
    high: last,
    limit: query.limit,
  })
  const limit = query.limit - tail.length
  if (limit <= 0) return tail
  const { low, high } = seqRange(db, query)
  const found = walk(db, query, {
    ...indexWalk(query),
    low,
    high: Math.min(high, last, indexed),
    limit,
  })
  return [...tail, ...found]
}

interface Walk {
  /** Joins the trail as `t`. */
  readonly source: string
  readonly values: readonly (string | number)[]
  readonly low: number
  readonly high: number
  readonly limit: number
}

/** Backwards from `high` to `low`, until the limit. `cross join` keeps SQLite on that way. */
function walk(db: DatabaseSync, query: TrailQuery, way: Walk): readonly StoredTrailEntry[] {
  const given = conditions(query)
  const where = ['seq between ? and ?', ...given.map(({ sql }) => sql)].join(' and ')
  return all<EntryRow>(
    db,
    `${SELECT_ENTRY} from ${way.source} where ${where} order by seq desc limit ?`,
    ...way.values,
    way.low,
    way.high,
    ...given.map(({ value }) => value),
    way.limit,
  ).map(storedEntry)
}

/** Along the given attribute that tells entries apart best; along the chain itself when none is given. */
function indexWalk(query: TrailQuery): Pick<Walk, 'source' | 'values'> {
  const first = Object.entries(attributes(query)).find(([, value]) => value !== undefined)
  if (first?.[1] === undefined) return { source: 'trail t', values: [] }
  return {
    source: `(select seq from trail_by where attribute = ? and value = ?) cross join trail t using (seq)`,
    values: [Number(first[0]), first[1]],
  }
}

function attributes(query: TrailQuery): Record<keyof typeof ATTRIBUTES, string | undefined> {
  return { 1: query.requestId, 2: query.resource, 3: query.userName, 4: query.eventName }
}

function conditions(query: TrailQuery): { sql: string; value: string | number }[] {
  return [
    ['request_id = ?', query.requestId] as const,
    ['resource = ?', query.resource] as const,
    ['user_name = ?', query.userName] as const,
    ['event_name = ?', query.eventName] as const,
    ['time >= ?', query.from] as const,
    ['time <= ?', query.to] as const,
  ].flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
}

/** Where entries of that time can be, among the indexed: without it, a search for a quiet hour would read on to the beginning. */
function seqRange(db: DatabaseSync, { from, to }: TrailQuery): { low: number; high: number } {
  const low =
    from === undefined
      ? 0
      : one<{ seq: number | null }>(
          db,
          'select min(first_seq) as seq from trail_minutes where minute >= ?',
          Math.floor(from / 60_000),
        )?.seq
  const high =
    to === undefined
      ? Number.MAX_SAFE_INTEGER
      : one<{ seq: number | null }>(
          db,
          'select max(last_seq) as seq from trail_minutes where minute <= ?',
          Math.floor(to / 60_000),
        )?.seq
  return { low: low ?? Number.MAX_SAFE_INTEGER, high: high ?? 0 }
}
