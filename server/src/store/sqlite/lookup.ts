import type { DatabaseSync } from 'node:sqlite'
import type { StoredTrailEntry, TrailQuery } from '../store.ts'
import { all } from './sql.ts'
import { minuteOf, SELECT_ENTRY, storedEntry, type EntryRow } from './trail-row.ts'

export function lookup(db: DatabaseSync, query: TrailQuery): readonly StoredTrailEntry[] {
  const { sql, values } = lookupSql(query)
  return all<EntryRow>(db, sql, ...values).map(storedEntry)
}

/**
 * Walks backwards through one index and stops at the limit. The walk is along the attribute that tells entries apart best; `+` keeps
 * SQLite from walking along another one. Times bound it by the minutes table, because a search for a quiet hour would
 * otherwise read on to the beginning.
 */
export function lookupSql(query: TrailQuery): { sql: string; values: (string | number)[] } {
  const attributes = [
    ['request_id', query.requestId],
    ['resource', query.resource],
    ['user_name', query.userName],
    ['event_name', query.eventName],
  ] as const
  const conditions: string[] = []
  const values: (string | number)[] = []
  const add = (condition: string, ...given: (string | number)[]) => {
    conditions.push(condition)
    values.push(...given)
  }
  for (const [column, value] of attributes) {
    if (value !== undefined) add(`${conditions.length > 0 ? '+' : ''}${column} = ?`, value)
  }
  if (query.from !== undefined) {
    add(
      'time >= ? and seq >= (select min(first_seq) from trail_minutes where minute >= ?)',
      query.from,
      minuteOf(query.from),
    )
  }
  if (query.to !== undefined) {
    add(
      'time <= ? and seq <= (select max(last_seq) from trail_minutes where minute <= ?)',
      query.to,
      minuteOf(query.to),
    )
  }
  if (query.beforeSeq !== undefined) add('seq < ?', query.beforeSeq)
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
  return {
    sql: `${SELECT_ENTRY} ${where} order by seq desc limit ?`,
    values: [...values, query.limit],
  }
}
