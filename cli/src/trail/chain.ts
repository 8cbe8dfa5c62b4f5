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

const PAGE = 500

/**
 * The server's whole trail in order, up to the head that it named at the first call (each call is itself recorded, so the end would
 * move away for ever). Returns that head.
 */
export async function* readTrail(
  api: Pick<ApiClient, 'call'>,
): AsyncGenerator<ChainRecord, ChainLink> {
  let after = 0
  let head: ChainLink | undefined
  for (;;) {
    const answer = await api.call(READ_TRAIL, { AfterSeq: after, MaxResults: PAGE })
    head ??= readHead(asAnswer(answer['Head'], 'Head'))
    const entries = answersOf(answer, 'Entries').map(readRecord)
    for (const entry of entries) {
      if (entry.seq > head.seq) return head
      yield entry
      after = Math.max(after, entry.seq)
    }
    if (entries.length === 0 || after >= head.seq) return head
  }
}

/** Follows the chain record by record; throws at the first bad one, naming it. `end` is the last good link. */
export class ChainCheck {
  #last: ChainLink = CHAIN_START

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
        throw broken(`Record ${problem.seq} was altered.`, 'its text does not have its hash')
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

function readRecord(entry: Answer): ChainRecord {
  return { ...readHead(entry), record: textOf(entry, 'Record') }
}

function readHead(answer: Answer): ChainLink {
  return { seq: numberOf(answer, 'Seq'), hash: textOf(answer, 'Hash') }
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
