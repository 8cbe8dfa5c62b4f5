import type { DatabaseSync } from 'node:sqlite'
import type { PresignedUrlStore, ReplayKey, StoredAnswer } from '../store.ts'
import { one, run } from './sql.ts'

/** More rows per pruning than come between two of them, so that the table stays as small as its keys are young. */
const PRUNED_AT_ONCE = 512
export const CLAIMS_PER_PRUNING = 256

export const presignedUrlWrites = { tie }

/** True when the key was free. */
export function claim(db: DatabaseSync, { key, until }: ReplayKey): boolean {
  return (
    run(db, 'insert into replays (key, until) values (?, ?) on conflict do nothing', key, until) ===
    1
  )
}

/** In the same table, since it is the same thing: what was seen once. */
function tie(
  db: DatabaseSync,
  { key, address, now, until }: Parameters<PresignedUrlStore['tie']>[0],
): string {
  const row = one<{ id: number }>(
    db,
    `insert into replays (key, until, status, body) values (?, ?, 0, ?)
     on conflict do nothing returning id`,
    `url ${key}`,
    until,
    address,
  )
  if (row !== undefined && row.id % CLAIMS_PER_PRUNING === 0) prune(db, now)
  return answerOf(db, `url ${key}`)?.body ?? address
}

export function answerOf(db: DatabaseSync, key: string): StoredAnswer | undefined {
  const sql = 'select status, body from replays where key = ? and status is not null'
  const row = one<StoredAnswer>(db, sql, key)
  return row && { ...row }
}

export function keepAnswer(db: DatabaseSync, key: string, { status, body }: StoredAnswer): void {
  run(db, 'update replays set status = ?, body = ? where key = ?', status, body, key)
}

export function prune(db: DatabaseSync, now: number): void {
  run(
    db,
    'delete from replays where id in (select id from replays order by id limit ?) and until < ?',
    PRUNED_AT_ONCE,
    now,
  )
}
