import type { SessionStore } from '../store/credential-store.ts'

const EVERY_MS = 10 * 60_000

/** Removes sessions that have expired, every ten minutes until it is stopped. Nothing depends on when: an expired one opens nothing. */
export function startPruningSessions(parts: {
  readonly sessions: Pick<SessionStore, 'prune'>
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): { stop(): Promise<void> } {
  const { sessions, now, log } = parts
  let pruning = Promise.resolve()
  const timer = setInterval(() => {
    pruning = sessions.prune(now()).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'expired sessions were not removed')
    })
  }, EVERY_MS).unref()
  return {
    async stop() {
      clearInterval(timer)
      await pruning
    },
  }
}
