import type { DatabaseSync } from 'node:sqlite'
import type { StoredDigest, TrailBase } from '../digest-store.ts'
import { all, one, run } from './sql.ts'
import { forgetIntents } from './open-intents.ts'
import { forgetReports } from './told-reports.ts'
import { pruneTrailIndex } from './trail-search/prune-index.ts'

export const digestReads = { last, read, lastBefore, delivered, base }
export const digestWrites = { append, noteDelivered, prune }

const SELECT = `select number, end_time as endTime, first_seq as firstSeq, last_seq as lastSeq,
  last_hash as lastHash, object, digest, signature from trail_digests`

/** Whether it follows, the schema checks. */
function append(db: DatabaseSync, given: StoredDigest): void {
  run(
    db,
    `insert into trail_digests (number, end_time, first_seq, last_seq, last_hash, object, digest, signature)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    given.number,
    given.endTime,
    given.firstSeq,
    given.lastSeq,
    given.lastHash,
    given.object,
    given.digest,
    given.signature,
  )
}

function last(db: DatabaseSync): StoredDigest | undefined {
  return one<StoredDigest>(db, `${SELECT} order by number desc limit 1`)
}

function read(db: DatabaseSync, afterNumber: number, limit: number): readonly StoredDigest[] {
  return all(db, `${SELECT} where number > ? order by number limit ?`, afterNumber, limit)
}

function lastBefore(db: DatabaseSync, time: number): StoredDigest | undefined {
  return one(db, `${SELECT} where end_time <= ? order by end_time desc limit 1`, time)
}

function delivered(db: DatabaseSync, destination: string): number {
  const sql = 'select number from trail_deliveries where destination = ?'
  return one<{ number: number }>(db, sql, destination)?.number ?? 0
}

function noteDelivered(db: DatabaseSync, destination: string, number: number): void {
  run(
    db,
    `insert into trail_deliveries (destination, number) values (?, ?)
     on conflict (destination) do update set number = max(number, excluded.number)`,
    destination,
    number,
  )
}

function base(db: DatabaseSync): TrailBase {
  const found = one<TrailBase>(
    db,
    'select seq, hash, digest_number as digestNumber from trail_base where one = 1',
  )
  if (found === undefined) throw new Error('the trail has no beginning')
  return found
}

/** The base moves first, in the same transaction: a trail that is half removed begins where it is whole. */
function prune(db: DatabaseSync, throughNumber: number, atMost: number): number {
  const through = one<StoredDigest>(db, `${SELECT} where number = ?`, throughNumber)
  if (through === undefined) throw new Error(`there is no digest ${throughNumber}`)
  if (through.number > base(db).digestNumber) {
    run(
      db,
      'update trail_base set seq = ?, hash = ?, digest_number = ?',
      through.lastSeq,
      through.lastHash,
      through.number,
    )
  }
  const sql = 'select min(seq) as first from trail'
  const first = one<{ first: number | null }>(db, sql)?.first ?? undefined
  if (first === undefined || first > through.lastSeq) {
    run(db, 'delete from trail_digests where number < ?', through.number)
    return 0
  }
  const end = Math.min(through.lastSeq, first + atMost - 1)
  forgetIntents(db, first, end)
  forgetReports(db, end)
  while (pruneTrailIndex(db, end + 1));
  return run(db, 'delete from trail where seq between ? and ?', first, end)
}
