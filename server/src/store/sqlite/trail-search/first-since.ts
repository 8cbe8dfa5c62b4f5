import type { DatabaseSync } from 'node:sqlite'
import { all, one } from '../sql.ts'
import { rangeOf } from './layout.ts'

export interface TimedRecord {
  readonly seq: number
  readonly time: number
}

/**
 * The first record that was written at that time or later. Whose clock was ahead or behind does not lead it astray: where records are not in order, as few as
 * possible are on the wrong side. A later time never gives an earlier record.
 * @param given.tail what is in no block yet; `end` is the last of all
 */
export function firstSince(
  db: DatabaseSync,
  time: number,
  given: { readonly blocks: number; readonly tail: readonly TimedRecord[]; readonly end: number },
): number {
  const { blocks, tail, end } = given
  const first = 'select number from trail_stretches where level = 0 order by number limit 1'
  let low = one<{ number: number }>(db, first)?.number ?? 0
  let high = blocks
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isSince(db, middle, time)) high = middle
    else low = middle + 1
  }
  const near = [
    ...recordsOf(db, low - 1, time).both,
    ...(low < blocks ? recordsOf(db, low, time).both : tail),
  ]
  const start = low < blocks ? rangeOf({ level: 0, number: low }).low : (tail[0]?.seq ?? end + 1)
  return near.length === 0 ? start : splitAt(near, time)
}

/** Whether most of a block's records are. */
function isSince(db: DatabaseSync, block: number, time: number): boolean {
  const { isAfter, both } = recordsOf(db, block, time)
  return isAfter || both.filter((record) => record.time >= time).length * 2 > both.length
}

/** The records are read where some are before and some are not. */
function recordsOf(
  db: DatabaseSync,
  block: number,
  time: number,
): { readonly isAfter: boolean; readonly both: readonly TimedRecord[] } {
  const times = one<{ earliest: number; latest: number }>(
    db,
    'select earliest, latest from trail_stretches where level = 0 and number = ?',
    block,
  )
  if (times === undefined || times.latest < time) return { isAfter: false, both: [] }
  if (times.earliest >= time) return { isAfter: true, both: [] }
  const { low, high } = rangeOf({ level: 0, number: block })
  const sql = 'select seq, time from trail where seq between ? and ? order by seq'
  return { isAfter: false, both: all<TimedRecord>(db, sql, low, high) }
}

function splitAt(records: readonly TimedRecord[], time: number): number {
  let [wrong, fewest] = [0, 0]
  let split = records[0]?.seq ?? 0
  for (const record of records) {
    wrong += record.time >= time ? 1 : -1
    if (wrong >= fewest) continue
    fewest = wrong
    split = record.seq + 1
  }
  return split
}
