import type { DatabaseSync } from 'node:sqlite'
import type { StoredTrailEntry } from '../store.ts'
import { all, one, run } from './sql.ts'
import { SELECT_ENTRY, storedEntry, type EntryRow } from './trail-row.ts'

// Which intents have no outcome yet. Kept apart from the trail's rows and made in bulk; of the last entries, the tail, it is found out by
// reading them.

/** Entries in one go: a few milliseconds of the writer. */
const AT_ONCE = 1000

/** The last entry before the tail. */
function indexedSeq(db: DatabaseSync): number {
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

/** Of a range of entries that are about to be removed. */
export function forgetIntents(db: DatabaseSync, from: number, to: number): void {
  run(
    db,
    `delete from open_intents where (request_id, seq) in
       (select request_id, seq from trail where seq between ? and ?)`,
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
