import type { Presence } from '../agents/presence.ts'

/** After its control plane was started anew an agent is back within so long: it tries at least every half minute (agent/src/backoff.ts), and dials. */
const BACK_WITHIN_MS = 35_000

/** Agents that are on their way back to a control plane that was started a moment ago. */
export interface ReturningAgents {
  /** Whether the instance's agent has not been here since then, and may still come. */
  isAwaited(instanceId: string): boolean
  /** Resolves once it is here, may come no longer, or nobody waits for it any more. */
  until(instanceId: string, gone: AbortSignal): Promise<void>
}

export function createReturningAgents(parts: {
  readonly presence: Pick<Presence, 'stateOf' | 'arrival'>
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number
}): ReturningAgents {
  const { presence, elapsed } = parts
  const begunAt = elapsed()
  const restMs = () => begunAt + BACK_WITHIN_MS - elapsed()
  return {
    isAwaited(instanceId) {
      const state = presence.stateOf(instanceId)
      return restMs() > 0 && state.kind === 'lost' && state.since === undefined
    },
    async until(instanceId, gone) {
      const late = AbortSignal.timeout(Math.max(0, Math.ceil(restMs())))
      await presence.arrival(instanceId, AbortSignal.any([gone, late]))
    },
  }
}
