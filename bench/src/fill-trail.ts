import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { CHAIN_START, nextLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import { recordAt } from './synthetic-trail.ts'

const AT_ONCE = 5000
/** As the server indexes them (server/src/store/sqlite/trail-search/layout.ts). */
const BLOCK_RECORDS = 64

/** Both inclusive. */
export interface Filled {
  readonly first: number
  readonly last: number
  /** Of the server's own first record: the others are of later, in order. */
  readonly start: number
}

/**
 * Appends synthetic records to the trail of a server that does not run, until there are `count`: straight into its table, chained as the server does,
 * at some ten times the speed of pushes. The server indexes them when it starts, as after an upgrade. Returns the range of those that came.
 */
export function fillTrail(file: string, count: number, say: (text: string) => void): Filled {
  const db = new DatabaseSync(file)
  try {
    db.exec(
      'pragma journal_mode = wal; pragma synchronous = off; pragma wal_autocheckpoint = 20000',
    )
    const insert = db.prepare(
      `insert into trail (seq, hash, event_id, request_id, phase, time, event_name, read_only, user_name,
         resource, error_code, record)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    let head = (db.prepare('select seq, hash from trail_head').get() ??
      CHAIN_START) as unknown as ChainLink
    const first = head.seq + 1
    const start = Number(db.prepare('select time from trail order by seq limit 1').get()?.['time'])
    while (head.seq < count) {
      db.exec('begin')
      for (let n = 0; n < AT_ONCE && head.seq < count; n++) {
        const given = recordAt(head.seq + 1, start)
        head = nextLink(head, given.record, sha256Hex)
        insert.run(
          head.seq,
          head.hash,
          given.eventId,
          given.requestId,
          'complete',
          given.time,
          given.eventName,
          given.readOnly ? 1 : 0,
          given.userName,
          given.instanceId,
          given.errorCode,
          given.record,
        )
      }
      db.prepare(
        `insert into trail_head (one, seq, hash) values (1, ?, ?)
         on conflict (one) do update set seq = excluded.seq, hash = excluded.hash`,
      ).run(head.seq, head.hash)
      // None of them is an intent.
      db.prepare('update trail_indexed set seq = ?').run(head.seq)
      db.exec('commit')
      if (head.seq % 500_000 < AT_ONCE) say(`${head.seq} records`)
    }
    db.exec('pragma synchronous = full; pragma wal_checkpoint(truncate)')
    return { first, last: head.seq, start }
  } finally {
    db.close()
  }
}

/** How many records the server has indexed. */
export function indexedRecords(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const row = db.prepare('select max(number) as last from trail_stretches where level = 0').get()
    return (Number(row?.['last'] ?? -1) + 1) * BLOCK_RECORDS
  } finally {
    db.close()
  }
}

const sha256Hex = (text: string): string => hash('sha256', text, 'hex')
