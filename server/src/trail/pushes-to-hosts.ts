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
/** Of all hosts. The one that was found the longest ago is forgotten; after FRESH_MS it would be of no use. */
const MAX_REMEMBERED = 20_000
/** Grants that a host makes up are looked for so often, since each costs a search of the trail. At once as many as there may be live grants on one. */
const GUESSES = { atOnce: 256, oneEachMs: 1000 }

export function createPushesToHosts(
  { trail }: Pick<Store, 'trail'>,
  now: () => number,
): PushesToHosts {
  const known = new Map<string, PushToHost>()
  const guesses = new Map<string, Allowance>()

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
      const name = `${instanceId} ${requestId}`
      const before = known.get(name)
      if (before !== undefined) return before
      const allowance = guesses.get(instanceId) ?? new Allowance(GUESSES, now())
      guesses.set(instanceId, allowance)
      const search = allowance.take(now())
      if (search === undefined) return undefined
      const at = await spending(search, () => pushedAt(instanceId, requestId))
      if (at === undefined) return undefined
      search.giveBack()
      const ofPush = new Allowance({ atOnce: MAX_RECORDS, oneEachMs: Infinity }, at)
      // Another receipt of it may have been faster.
      const found = known.get(name) ?? {
        requestId,
        take: () => (now() - at < FRESH_MS ? ofPush.take(at) : undefined),
      }
      known.set(name, found)
      if (known.size > MAX_REMEMBERED) forgetFirst(known)
      return found
    },
  }
}

function forgetFirst(known: Map<string, unknown>): void {
  const [first] = known.keys()
  if (first !== undefined) known.delete(first)
}
