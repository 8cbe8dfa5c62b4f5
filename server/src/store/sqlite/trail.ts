import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { CHAIN_START, nextLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import type {
  IntentResult,
  ReplayKey,
  StoredAnswer,
  StoredTrailEntry,
  TrailEntry,
} from '../store.ts'
import { openIntents } from './open-intents.ts'
import { answerOf, claim, CLAIMS_PER_PRUNING, keepAnswer, prune } from './replays.ts'
import { all, one, run } from './sql.ts'
import { isFirstTold } from './told-reports.ts'
import { count } from './trail-search/count.ts'
import { search } from './trail-search/search.ts'
import { SELECT_ENTRY, storedEntry, type EntryRow } from './trail-row.ts'

export const trailReads = { openIntents, search, count, read, head }
export const trailWrites = { append, appendOnce, appendIntent, appendOutcome }

/** The link is made here, inside the only transaction that writes, so that the chain has one order and no gap. */
function append(db: DatabaseSync, entry: TrailEntry): ChainLink {
  const link = nextLink(head(db), entry.record, sha256Hex)
  insert(db, entry, link)
  run(
    db,
    `insert into trail_head (one, seq, hash) values (1, ?, ?)
     on conflict (one) do update set seq = excluded.seq, hash = excluded.hash`,
    link.seq,
    link.hash,
  )
  return link
}

function appendOnce(db: DatabaseSync, entry: TrailEntry, report: string): boolean {
  if (!isFirstTold(db, report, head(db).seq + 1)) return false
  append(db, entry)
  return true
}

function insert(db: DatabaseSync, entry: TrailEntry, link: ChainLink): void {
  run(
    db,
    `insert into trail (seq, hash, event_id, request_id, phase, time, event_name, read_only,
       user_name, resource, error_code, record)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    link.seq,
    link.hash,
    entry.eventId,
    entry.requestId,
    entry.phase,
    entry.time,
    entry.eventName,
    entry.readOnly ? 1 : 0,
    entry.userName,
    entry.resource,
    entry.errorCode,
    entry.record,
  )
}

function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex')
}

function appendIntent(db: DatabaseSync, entry: TrailEntry, replay: ReplayKey): IntentResult {
  if (!claim(db, replay)) return { kind: 'repeated', answer: answerOf(db, replay.key) }
  const link = append(db, entry)
  if (link.seq % CLAIMS_PER_PRUNING === 0) prune(db, entry.time)
  return { kind: 'recorded', ...link }
}

function appendOutcome(
  db: DatabaseSync,
  entry: TrailEntry,
  replayKey: string,
  answer: StoredAnswer,
): ChainLink {
  keepAnswer(db, replayKey, answer)
  return append(db, entry)
}

export function head(db: DatabaseSync): ChainLink {
  return one<ChainLink>(db, 'select seq, hash from trail_head') ?? CHAIN_START
}

function read(db: DatabaseSync, afterSeq: number, limit: number): readonly StoredTrailEntry[] {
  const sql = `${SELECT_ENTRY} from trail t where seq > ? order by seq limit ?`
  return all<EntryRow>(db, sql, afterSeq, limit).map(storedEntry)
}
