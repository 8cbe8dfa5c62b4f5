import { createHash } from 'node:crypto'
import { CHAIN_START, checkLink, type ChainLink } from '@fleetkey/domain/trail-chain'
import type { ApiClient } from '../api/api-client.ts'
import { answersOf, asAnswer, numberOf, textOf, type Answer } from '../api/answer.ts'
import { READ_TRAIL } from '../api/operations.ts'
import { Failure } from '../failure.ts'

/** A record of the trail with its place and its hash, in the exact text that was hashed. */
export interface ChainRecord extends ChainLink {
  readonly record: string
}

/** The trail as a server has it. */
export interface ServerTrail {
  /** What its first record follows: the very beginning, or the last one that was removed. */
  readonly base: ChainLink
  /** In order, up to the head that the server named at the first call (each call is itself recorded, so the end would move away for ever). */
  readonly records: AsyncGenerator<ChainRecord>
  readonly head: ChainLink
}

const PAGE = 500

export async function readTrail(api: Pick<ApiClient, 'call'>): Promise<ServerTrail> {
  const first = await readPage(api, 0)
  const { base, head } = first
  return { base, head, records: pages(api, first, head) }
}

async function* pages(
  api: Pick<ApiClient, 'call'>,
  first: Page,
  head: ChainLink,
): AsyncGenerator<ChainRecord> {
  let page = first
  let after = 0
  for (;;) {
    for (const entry of page.entries) {
      if (entry.seq > head.seq) return
      yield entry
      after = Math.max(after, entry.seq)
    }
    if (page.entries.length === 0 || after >= head.seq) return
    page = await readPage(api, after)
  }
}

interface Page {
  readonly entries: readonly ChainRecord[]
  readonly head: ChainLink
  readonly base: ChainLink
}

async function readPage(api: Pick<ApiClient, 'call'>, after: number): Promise<Page> {
  const answer = await api.call(READ_TRAIL, { AfterSeq: after, MaxResults: PAGE })
  return {
    entries: answersOf(answer, 'Entries').map(readRecord),
    head: readLink(asAnswer(answer['Head'], 'Head')),
    base: readLink(asAnswer(answer['Base'], 'Base')),
  }
}

/** Follows the chain record by record; throws at the first bad one, naming it. `end` is the last good link. */
export class ChainCheck {
  #last: ChainLink

  constructor(base: ChainLink = CHAIN_START) {
    this.#last = base
  }

  get end(): ChainLink {
    return this.#last
  }

  add(next: ChainRecord): void {
    const problem = checkLink(this.#last, next, sha256Hex)
    switch (problem?.kind) {
      case undefined:
        this.#last = { seq: next.seq, hash: next.hash }
        return
      case 'missing':
        throw broken(
          `Record ${problem.seq} is missing.`,
          `after ${this.#last.seq} comes ${next.seq}`,
        )
      case 'altered':
        throw broken(
          `Record ${problem.seq} was altered${eventText(next.record)}.`,
          'its text does not have its hash',
        )
      case 'out of order':
        throw broken(
          `Record ${problem.found} is out of order.`,
          `record ${problem.seq} belongs in its place`,
        )
    }
  }

  /** That the chain ends at the head that is known from elsewhere. */
  finish(head: ChainLink): void {
    const { seq, hash } = this.#last
    if (seq < head.seq) {
      throw broken(
        `Record ${seq + 1} is missing: the tail is cut off.`,
        `the records end at ${seq}, the head is ${head.seq}`,
      )
    }
    if (seq === head.seq && hash !== head.hash) {
      throw broken(`Record ${seq} is not the one that the head names.`, 'the head has another hash')
    }
  }
}

export function broken(message: string, why: string): Failure {
  return new Failure('trailBroken', message, {
    why: [why],
    todo: ['Everything before it is whole. Compare with an earlier export, and keep both.'],
  })
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function eventText(record: string): string {
  const eventId = /"eventID":"([0-9a-fA-F-]{1,64})"/.exec(record)?.[1]
  return eventId === undefined ? '' : ` (event ${eventId})`
}

function readRecord(entry: Answer): ChainRecord {
  return { ...readLink(entry), record: textOf(entry, 'Record') }
}

function readLink(answer: Answer): ChainLink {
  return { seq: numberOf(answer, 'Seq'), hash: textOf(answer, 'Hash') }
}
