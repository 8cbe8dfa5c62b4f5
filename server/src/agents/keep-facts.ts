import type { HostFacts } from '@fleetkey/domain/host-facts'
import { sha256Base64 } from '../secrets/digests.ts'
import { StoreUnavailable, type Store } from '../store/store.ts'
import { Allowance } from '../trail/allowance.ts'

/** What hosts say of themselves, kept in the store: what is new at once, and of one that says something new all the time the last now and then. */
export interface FactsKeeper {
  /** Durable when it resolves, or put off. @param stored what the store has, where that was just read */
  keep(instanceId: string, facts: HostFacts, stored?: HostFacts): Promise<void>
  /** What was put off is dropped: agents say all of it to the next that they come to. */
  close(): void
}

/** A host that is being set up changes some times within minutes. */
const WRITES = { atOnce: 10, oneEachMs: 10_000 }

interface Known {
  readonly allowance: Allowance
  /** Of what the store has: the text of all hosts would be megabytes. */
  saved: string | undefined
  waiting: HostFacts | undefined
  timer: NodeJS.Timeout | undefined
}

export function createFactsKeeper(parts: {
  readonly instances: Pick<Store['instances'], 'saveFacts'>
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): FactsKeeper {
  const { instances, now, log } = parts
  const hosts = new Map<string, Known>()

  async function save(instanceId: string, known: Known, facts: HostFacts): Promise<void> {
    // Until it is known to be there it is not.
    known.saved = undefined
    try {
      await instances.saveFacts(instanceId, facts)
      known.saved = digestOf(facts)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      // What came meanwhile is newer.
      putOff(instanceId, known, known.waiting ?? facts)
    }
  }

  function putOff(instanceId: string, known: Known, facts: HostFacts): void {
    known.waiting = facts
    known.timer ??= setTimeout(() => {
      const { waiting } = known
      known.timer = known.waiting = undefined
      if (waiting === undefined) return
      // Time has made room for it.
      known.allowance.take(now())
      save(instanceId, known, waiting).catch((error: unknown) => {
        log.warn({ instanceId, error: String(error) }, 'what a host says of itself was not kept')
      })
    }, WRITES.oneEachMs).unref()
  }

  return {
    async keep(instanceId, facts, stored) {
      const known: Known = hosts.get(instanceId) ?? {
        allowance: new Allowance(WRITES, now()),
        saved: undefined,
        waiting: undefined,
        timer: undefined,
      }
      hosts.set(instanceId, known)
      if (stored !== undefined) known.saved = digestOf(stored)
      if (known.saved === digestOf(facts)) known.waiting = undefined
      else if (known.timer !== undefined || known.allowance.take(now()) === undefined)
        putOff(instanceId, known, facts)
      else await save(instanceId, known, facts)
    },
    close() {
      for (const { timer } of hosts.values()) clearTimeout(timer)
    },
  }
}

const digestOf = (facts: HostFacts): string => sha256Base64(JSON.stringify(facts))
