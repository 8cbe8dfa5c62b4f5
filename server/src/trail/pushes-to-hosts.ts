import { requestIdOfGrant } from '@fleetkey/domain/grant'
import { PUSHES } from '@fleetkey/domain/grant-story'
import type { Store } from '../store/store.ts'
import { Allowance, spending, type Spent } from './allowance.ts'

/** What was pushed to which host. Receipts of a grant stand under the push that it follows from, and each push allows some. */
export interface PushesToHosts {
  /** The push of the key to this host; undefined when there is none: a host can put nothing down to a push to another. */
  find(instanceId: string, grantId: string | undefined): Promise<PushToHost | undefined>
}

export interface PushToHost {
  readonly requestId: string
  /** For another record for the sake of this push; undefined when there were as many, or it was long ago. */
  take(): Spent | undefined
}

/** What comes later is told of a host that was cut off; it need not be at once. */
const FRESH_MS = 10 * 60_000
/** As many as anybody is shown of one push: a key that logs in often within its minute has some dozens. */
const MAX_RECORDS = 64
/** Fresh ones of one host: more than are live there at once. Each was asked for by somebody who may. */
const MAX_FRESH = 1024
/** Grants that a host makes up are looked for so often, since each costs a search of the trail. At once as many as there may be live grants on one. */
const GUESSES = { atOnce: 256, oneEachMs: 1000 }
/** Those of long ago, that a host names again: at once as many as an agent keeps that was cut off (agent: session-book.ts, receipts.ts). */
const OLD = { atOnce: 5120, oneEachMs: 1000 }

export function createPushesToHosts(
  { trail }: Pick<Store, 'trail'>,
  now: () => number,
): PushesToHosts {
  const hosts = new Map<string, PushesToHost>()

  async function pushedAt(instanceId: string, requestId: string): Promise<number | undefined> {
    for (const eventName of PUSHES) {
      // oxlint-disable-next-line no-await-in-loop -- nearly always it is the first
      const [push] = await trail.lookup({ requestId, eventName, limit: 1 })
      if (push !== undefined) return push.resource === instanceId ? push.time : undefined
    }
    return undefined
  }

  return {
    async find(instanceId, grantId) {
      const requestId = requestIdOfGrant(grantId)
      if (requestId === undefined) return undefined
      const host = hosts.get(instanceId) ?? new PushesToHost(now)
      hosts.set(instanceId, host)
      return await host.find(requestId, () => pushedAt(instanceId, requestId))
    },
  }
}

interface FreshPush extends PushToHost {
  readonly at: number
}

/** Of one host, so that none has another's forgotten. What it names costs a search each, but for pushes that are fresh. */
class PushesToHost {
  readonly #now: () => number
  readonly #fresh = new Map<string, FreshPush>()
  readonly #guesses: Allowance
  readonly #old: Allowance
  /** Of the last that was forgotten though it was fresh: found again, it and those before it allow nothing more. */
  #forgottenTo = -Infinity

  constructor(now: () => number) {
    this.#now = now
    this.#guesses = new Allowance(GUESSES, now())
    this.#old = new Allowance(OLD, now())
  }

  /** @param search when it was pushed to this host */
  async find(
    requestId: string,
    search: () => Promise<number | undefined>,
  ): Promise<PushToHost | undefined> {
    const known = this.#fresh.get(requestId)
    if (known !== undefined) return known
    const guess = this.#guesses.take(this.#now())
    if (guess === undefined) return undefined
    const at = await spending(guess, search)
    if (at === undefined) return undefined
    const isFresh = this.#now() - at < FRESH_MS && at > this.#forgottenTo
    // Another receipt of it may have been faster.
    if (isFresh) {
      guess.giveBack()
      return this.#fresh.get(requestId) ?? this.#remember(requestId, at)
    }
    if (this.#old.take(this.#now()) !== undefined) guess.giveBack()
    return { requestId, take: () => undefined }
  }

  #remember(requestId: string, at: number): PushToHost {
    const now = this.#now
    const allowance = new Allowance({ atOnce: MAX_RECORDS, oneEachMs: Infinity }, at)
    const take = () => (now() - at < FRESH_MS ? allowance.take(at) : undefined)
    const push = { requestId, at, take }
    this.#fresh.set(requestId, push)
    for (const [id, one] of this.#fresh) if (now() - one.at >= FRESH_MS) this.#fresh.delete(id)
    if (this.#fresh.size > MAX_FRESH) this.#forgetOldest()
    return push
  }

  #forgetOldest(): void {
    const oldest = this.#fresh.values().reduce((found, one) => (one.at < found.at ? one : found))
    this.#fresh.delete(oldest.requestId)
    this.#forgottenTo = Math.max(this.#forgottenTo, oldest.at)
  }
}
