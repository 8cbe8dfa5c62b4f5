import { setTimeout as deadline } from 'node:timers/promises'
import type { TrailPlace } from '@fleetkey/wire/trail/object-names'
import type { StoredDigest, TrailBase } from '../store/digest-store.ts'
import type { Store } from '../store/store.ts'
import { Courier, type CourierLog, type DeliveryStatus } from './export/courier.ts'
import type { Destination } from './export/destination.ts'
import { makeDigest, type DigestSigner } from './make-digest.ts'
import { pruneTrail } from './prune-trail.ts'

/** How the proof of the trail fares. */
export interface ProofStatus {
  /** The newest digest. */
  readonly digest: StoredDigest | undefined
  /** Why the last try to make one failed; undefined when it did not. */
  readonly error: string | undefined
  readonly base: TrailBase
  readonly deliveries: readonly DeliveryStatus[]
}

export interface Proof {
  readonly place: TrailPlace
  status(): Promise<ProofStatus>
  /** Signs what has happened since the last digest, now, and tries once to deliver it. Rejects when it cannot sign. */
  digestNow(): Promise<void>
  /** Removes what is older than is to be kept, now. Part of the rounds. */
  pruneNow(): Promise<void>
  /** Signs what there is, tries once to deliver it, and stops. */
  stop(): Promise<void>
}

const PRUNE_EVERY_MS = 60 * 60_000
const STOP_MS = 5000

/** Makes a digest of the trail every so often, and one at stop; brings each to every destination; removes what may go. */
export function startProof(parts: {
  readonly store: Pick<Store, 'trail' | 'digests'>
  readonly signer: DigestSigner
  readonly place: TrailPlace
  readonly destinations: readonly Destination[]
  readonly everyMs: number
  /** Records are removed after so many days; undefined: never. */
  readonly keptDays: number | undefined
  readonly now: () => number
  readonly log: CourierLog & { error(facts: object, text: string): void }
}): Proof {
  const { store, signer, place, destinations, everyMs, keptDays, now, log } = parts
  const couriers = destinations.map((destination) => new Courier({ store, destination, now, log }))
  let error: string | undefined
  let making = Promise.resolve()
  let pruning = Promise.resolve()
  let isStopping = false

  /** One after another, whoever asks. */
  function sign(): Promise<void> {
    const made = making.then(async () => {
      for (let isLast = false; !isLast;) {
        ;({ isLast } = await makeDigest(store, { signer, place, now: now() }))
      }
    })
    making = made.catch(() => {})
    return made
  }

  async function digestNow(): Promise<void> {
    try {
      await sign()
      error = undefined
    } catch (reason) {
      error = reason instanceof Error ? reason.message : String(reason)
      throw reason
    } finally {
      await Promise.all(couriers.map((courier) => courier.wake()))
    }
  }

  async function digestAndTell(): Promise<void> {
    await digestNow().catch(() => log.error({ error }, 'the trail was not signed'))
  }

  async function prune(): Promise<void> {
    if (keptDays === undefined) return
    try {
      const removed = await pruneTrail(store, {
        days: keptDays,
        destinations: destinations.map(({ name }) => name),
        now: now(),
        isStopping: () => isStopping,
      })
      if (removed > 0) log.info({ records: removed }, 'old records were removed from the trail')
    } catch (reason) {
      log.error({ error: String(reason) }, 'old records were not removed from the trail')
    }
  }

  const timer = setInterval(() => void digestAndTell(), everyMs).unref()
  // What an earlier run has left.
  const begun = Promise.all(couriers.map((courier) => courier.wake()))
  const pruneNow = () => (pruning = pruning.then(prune))
  const pruner = setInterval(() => void pruneNow(), Math.max(PRUNE_EVERY_MS, everyMs)).unref()

  return {
    place,
    digestNow,
    pruneNow,
    async status() {
      const [digest, base] = await Promise.all([store.digests.last(), store.digests.base()])
      return { digest, error, base, deliveries: couriers.map(({ status }) => status) }
    },
    async stop() {
      isStopping = true
      clearInterval(timer)
      clearInterval(pruner)
      await pruning
      // What takes longer is delivered after the next start.
      await Promise.race([digestAndTell(), deadline(STOP_MS, undefined, { ref: false })])
      await Promise.all(couriers.map((courier) => courier.stop()))
      await begun
    },
  }
}
