import { randomBytes } from 'node:crypto'
import { MAX_OBSERVATIONS, type IngressObservation } from '@fleetkey/wire/agent/ingress-observation'
import type { Seen } from './table-told.ts'

/** Addresses that wait to be told of; more are not remembered, and come into the set again when they try on. */
const MAX_WAITING = 512
/** Between two reports: at first soon, then rarer while there is always something to tell. */
const REPORT_EVERY_MS = { first: 0, most: 10 * 60_000 }

export interface SightingsReport {
  readonly receiptId: string
  readonly observations: readonly IngressObservation[]
}

/** Counts of the kernel become reports: what is new since the last one, in one report at a time, which is said until it is durable. */
export class Sightings {
  /** What the kernel had counted when it was asked last. */
  #counted = new Map<string, number>()
  readonly #waiting = new Map<string, IngressObservation>()
  #report: SightingsReport | undefined
  #nextAt = 0
  #pauseMs: number = REPORT_EVERY_MS.first

  /** @param outcome what became of those that were counted since the last time */
  count(seen: readonly Seen[], outcome: IngressObservation['outcome']): void {
    const counted = new Map<string, number>()
    for (const { address, port, packets } of seen) {
      const name = `${address} ${port}`
      counted.set(name, packets)
      const before = this.#counted.get(name) ?? 0
      // An address that was away for an hour is counted from zero again.
      const attempts = packets >= before ? packets - before : packets
      if (attempts > 0) this.#add({ address, port, outcome, attempts })
    }
    this.#counted = counted
  }

  /** What is to be sent now, if anything is. @param now milliseconds of a clock that nobody sets */
  report(now: number): SightingsReport | undefined {
    if (this.#report !== undefined) return this.#report
    if (now < this.#nextAt) return undefined
    if (this.#waiting.size === 0) {
      this.#pauseMs = REPORT_EVERY_MS.first
      return undefined
    }
    this.#pauseMs = Math.min(Math.max(30_000, this.#pauseMs * 2), REPORT_EVERY_MS.most)
    this.#nextAt = now + this.#pauseMs
    const observations = [...this.#waiting.values()].slice(0, MAX_OBSERVATIONS)
    for (const one of observations) this.#waiting.delete(nameOf(one))
    this.#report = { receiptId: randomBytes(16).toString('hex'), observations }
    return this.#report
  }

  stored(receiptIds: readonly string[]): void {
    if (this.#report !== undefined && receiptIds.includes(this.#report.receiptId)) {
      this.#report = undefined
    }
  }

  #add(one: IngressObservation): void {
    const before = this.#waiting.get(nameOf(one))
    if (before === undefined && this.#waiting.size >= MAX_WAITING) return
    const attempts = one.attempts + (before?.attempts ?? 0)
    this.#waiting.set(nameOf(one), { ...one, attempts })
  }
}

const nameOf = ({ address, port, outcome }: IngressObservation): string =>
  `${address} ${port} ${outcome}`
