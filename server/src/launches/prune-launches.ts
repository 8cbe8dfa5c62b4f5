import type { PendingInstanceStore } from '../store/pending-instance-store.ts'
import type { Launches } from './launches.ts'

const EVERY_MS = 10 * 60_000

/**
 * Removes instances that were launched and never joined, every ten minutes until it is stopped, and ends their machines. Nothing depends
 * on when: an expired one is in no answer and cannot join.
 */
export function startPruningLaunches(parts: {
  readonly pendingInstances: Pick<PendingInstanceStore, 'prune'>
  readonly launches: Pick<Launches, 'end'>
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): { stop(): Promise<void> } {
  const { pendingInstances, launches, now, log } = parts
  let pruning = Promise.resolve()
  const timer = setInterval(() => {
    pruning = prune().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'expired launches were not removed')
    })
  }, EVERY_MS).unref()

  async function prune(): Promise<void> {
    for (const machine of await pendingInstances.prune(now())) {
      // oxlint-disable-next-line no-await-in-loop -- nobody waits, and a pile of programs at once would be felt
      await launches.end(machine).catch(() => undefined) // it is in the log
    }
  }

  return {
    async stop() {
      clearInterval(timer)
      await pruning
    },
  }
}
