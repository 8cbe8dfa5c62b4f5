import type { SshSessionStore } from '../../store/ssh-session-store.ts'

const EVERY_MS = 10 * 60_000
const AT_ONCE = 1000
const DAY_MS = 86_400_000

/** Takes sessions that ended long ago off the list; the trail has them still. Open ones stay, whatever their age. */
export function startPruningSshSessions(parts: {
  readonly sessions: Pick<SshSessionStore, 'prune'>
  readonly keepDays: number
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): { stop(): Promise<void> } {
  const { sessions, keepDays, now, log } = parts
  let pruning = Promise.resolve()
  const prune = async () => {
    const before = now() - keepDays * DAY_MS
    while ((await sessions.prune(before, AT_ONCE)) === AT_ONCE);
  }
  const timer = setInterval(() => {
    pruning = prune().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'old sessions were not taken off the list')
    })
  }, EVERY_MS).unref()
  return {
    async stop() {
      clearInterval(timer)
      await pruning
    },
  }
}
