import { DatabaseSync } from 'node:sqlite'
import { CHAIN_START, checkLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import { sha256Hex } from './signed-push.ts'
import type { Violations } from './violations.ts'

/** What counts of a record, from the chained text alone: the columns beside it prove nothing. */
export interface TrailRecord {
  readonly seq: number
  readonly requestId: string
  readonly eventName: string
  readonly errorCode: string | undefined
  /** Of a push. */
  readonly instanceId: unknown
  readonly osUser: unknown
  readonly fingerprint: unknown
  /** As the answer to the client has it. */
  readonly answeredRequestId: unknown
}

/** What the trail says of one request. */
export interface RequestRecords {
  readonly intent: TrailRecord
  outcome?: TrailRecord
}

interface Row extends ChainLink {
  readonly record: string
}

/**
 * The database as a file: opened read-only, read, closed, so that a server that starts finds it as the last one left it. Reads each
 * time what is new behind the last link that it knows, and checks every link.
 */
export class TrailFile {
  readonly byRequest = new Map<string, RequestRecords>()
  /** Pushes only. More than one intent for a key is a violation, and the first one stays. */
  readonly byFingerprint = new Map<string, RequestRecords>()
  readonly #file: string
  readonly #violations: Violations
  readonly #open = new Set<string>()
  readonly #eventIds = new Set<string>()
  #head: ChainLink = CHAIN_START

  constructor(file: string, violations: Violations) {
    this.#file = file
    this.#violations = violations
  }

  get length(): number {
    return this.#head.seq
  }

  /** Request ids of intents without an outcome. */
  openIntents(): ReadonlySet<string> {
    return new Set(this.#open)
  }

  readOn(): void {
    const db = new DatabaseSync(this.#file, { readOnly: true, timeout: 5000 })
    try {
      this.#checkHeadStands(db)
      const rows = db.prepare('select seq, hash, record from trail where seq > ? order by seq')
      for (const row of rows.iterate(this.#head.seq)) this.#take(row as unknown as Row)
    } finally {
      db.close()
    }
  }

  /** With the head that the database keeps apart from the rows, and SQLite's own check. For the end, when nothing writes. */
  checkWhole(): void {
    this.readOn()
    const db = new DatabaseSync(this.#file, { readOnly: true })
    try {
      const head = db.prepare('select seq, hash from trail_head').get() as unknown as ChainLink
      if (head.seq !== this.#head.seq || head.hash !== this.#head.hash) {
        this.#violations.add('I2', 'the head is not the last record', { head, last: this.#head })
      }
      const [integrity] = db.prepare('pragma integrity_check').all()
      if (integrity?.['integrity_check'] !== 'ok') {
        this.#violations.add('I2', 'the database is damaged', { integrity })
      }
    } finally {
      db.close()
    }
  }

  #checkHeadStands(db: DatabaseSync): void {
    if (this.#head.seq === 0) return
    const row = db.prepare('select hash from trail where seq = ?').get(this.#head.seq)
    if (row?.['hash'] !== this.#head.hash) {
      this.#violations.add('I2', 'a record that was durable is gone', { was: this.#head, is: row })
    }
  }

  #take(row: Row): void {
    const problem = checkLink(this.#head, row, sha256Hex)
    if (problem !== undefined) this.#violations.add('I2', 'the chain is broken', { problem })
    this.#head = { seq: row.seq, hash: row.hash }
    const event = JSON.parse(row.record) as TrailEvent
    const { eventID } = event
    if (this.#eventIds.has(eventID)) {
      this.#violations.add('I2', 'a record is there twice', { seq: row.seq, eventID })
    }
    this.#eventIds.add(eventID)
    const { phase } = event.additionalEventData
    if (phase === 'intent') this.#takeIntent(readRecord(row.seq, event))
    if (phase === 'outcome') this.#takeOutcome(readRecord(row.seq, event))
  }

  #takeIntent(record: TrailRecord): void {
    const { requestId, seq } = record
    if (this.byRequest.has(requestId)) {
      this.#violations.add('I2', 'an intent is there twice', { requestId, seq })
    }
    const records: RequestRecords = { intent: record }
    this.byRequest.set(requestId, records)
    this.#open.add(requestId)
    if (record.eventName !== 'SendSSHPublicKey') return
    const fingerprint = String(record.fingerprint)
    const first = this.byFingerprint.get(fingerprint)
    if (first === undefined) this.byFingerprint.set(fingerprint, records)
    else {
      const seqs = [first.intent.seq, seq]
      this.#violations.add('I16', 'two intents for bytes signed once', { fingerprint, seqs })
    }
  }

  #takeOutcome(record: TrailRecord): void {
    const { requestId, seq } = record
    const records = this.byRequest.get(requestId)
    if (records === undefined || records.outcome !== undefined) {
      const what = records === undefined ? 'an outcome without an intent' : 'a second outcome'
      this.#violations.add('I2', what, { requestId, seq })
      return
    }
    records.outcome = record
    this.#open.delete(requestId)
  }
}

function readRecord(seq: number, event: TrailEvent): TrailRecord {
  const { instanceId, osUser, fingerprint } = event.additionalEventData
  return {
    seq,
    requestId: event.requestID,
    eventName: event.eventName,
    errorCode: event.errorCode,
    instanceId,
    osUser,
    fingerprint,
    answeredRequestId: event.responseElements?.['requestId'],
  }
}
