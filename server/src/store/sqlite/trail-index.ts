import type { DatabaseSync } from 'node:sqlite'
import type { StoredTrailEntry } from '../store.ts'
import { all, one, run } from './sql.ts'
import { SELECT_ENTRY, storedEntry, type EntryRow } from './trail-row.ts'

// What the trail is found by. Kept apart from its rows and made in bulk: an index that is written with every row costs three times
// the row, as each commit then writes a page per index and row. The last entries, the tail, are found by reading them.

/** Entries in one go: a few milliseconds of the writer, and of a search that reads as long a tail. */
const AT_ONCE = 1000

/** By `trail_by.attribute`: the column that it holds. */
export const ATTRIBUTES = {
  1: 'request_id',
  2: 'resource',
  3: 'user_name',
  4: 'event_name',
} as const

/** The last entry that the index knows; behind it begins the tail. */
export function indexedSeq(db: DatabaseSync): number {
  return one<{ seq: number }>(db, 'select seq from trail_indexed')?.seq ?? 0
}

/** True when it had to and did. */
export function indexLongTail(db: DatabaseSync): boolean {
  const from = indexedSeq(db) + 1
  const to = from + AT_ONCE - 1
  if (one(db, 'select 1 from trail where seq = ?', to) === undefined) return false
  run(db, 'begin immediate')
  try {
    indexEntries(db, from, to)
    run(db, 'commit')
    return true
  } finally {
    if (db.isTransaction) run(db, 'rollback')
  }
}

function indexEntries(db: DatabaseSync, from: number, to: number): void {
  for (const [attribute, column] of Object.entries(ATTRIBUTES)) {
    run(
      db,
      `insert into trail_by (attribute, value, seq)
       select ${attribute}, ${column}, seq from trail where seq between ? and ? order by 2, 3`,
      from,
      to,
    )
  }
  run(
    db,
    `insert into trail_minutes (minute, first_seq, last_seq)
     select time / 60000, min(seq), max(seq) from trail where seq between ? and ? group by 1
     on conflict (minute) do update set last_seq = excluded.last_seq`,
    from,
    to,
  )
  run(
    db,
    `insert into open_intents (request_id, seq)
     select request_id, seq from trail where phase = 'intent' and seq between ? and ?`,
    from,
    to,
  )
  run(
    db,
    `delete from open_intents where request_id in
       (select request_id from trail where phase = 'outcome' and seq between ? and ?)`,
    from,
    to,
  )
  run(db, 'update trail_indexed set seq = ?', to)
}

/** Forgets the entries of a range, which are about to be removed: each row of the index is found by the entry that it is of. */
export function unindex(db: DatabaseSync, from: number, to: number): void {
  for (const [attribute, column] of Object.entries(ATTRIBUTES)) {
    run(
      db,
      `delete from trail_by where (attribute, value, seq) in
         (select ${attribute}, ${column}, seq from trail where seq between ? and ?)`,
      from,
      to,
    )
  }
  run(
    db,
    `delete from open_intents where (request_id, seq) in
       (select request_id, seq from trail where seq between ? and ?)`,
    from,
    to,
  )
  const minutes = 'minute in (select time / 60000 from trail where seq between ? and ?)'
  run(db, `delete from trail_minutes where last_seq <= ? and ${minutes}`, to, from, to)
  run(
    db,
    `update trail_minutes set first_seq = ? where first_seq <= ? and ${minutes}`,
    to + 1,
    to,
    from,
    to,
  )
}

export function openIntents(db: DatabaseSync): readonly StoredTrailEntry[] {
  return all<EntryRow>(
    db,
    `with tail as (select * from trail where seq > (select seq from trail_indexed))
     ${SELECT_ENTRY} from trail t
     where seq in (select seq from open_intents union all select seq from tail where phase = 'intent')
       and request_id not in (select request_id from tail where phase = 'outcome')
     order by seq`,
  ).map(storedEntry)
}
