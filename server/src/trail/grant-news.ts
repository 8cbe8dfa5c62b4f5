import { setTimeout as delay } from 'node:timers/promises'
import type { Trail } from './trail.ts'

/** Tells those who wait when something more of a request is on record, on this node. */
export interface GrantNews {
  /** Resolves with the next record of that request, or when the time is over. Listens from the call on. */
  next(requestId: string, withinMs: number): Promise<void>
}

/** Who waits beyond these waits for the time alone: told at once, they would look again without a pause. */
const MAX_WAITING = 1024

/** The same trail, of which one can hear. */
export function createGrantNews(trail: Trail): { readonly trail: Trail; readonly news: GrantNews } {
  const waiting = new Map<string, Set<() => void>>()
  let count = 0

  const told = async <Result>(requestId: string, recorded: Promise<Result>): Promise<Result> => {
    const result = await recorded
    for (const wake of waiting.get(requestId) ?? []) wake()
    return result
  }

  return {
    trail: {
      intent: (act, ...rest) => told(act.requestId, trail.intent(act, ...rest)),
      outcome: (act, ...rest) => told(act.requestId, trail.outcome(act, ...rest)),
      complete: (act, ...rest) => told(act.requestId, trail.complete(act, ...rest)),
      completeOnce: (act, ...rest) => told(act.requestId, trail.completeOnce(act, ...rest)),
      note: (act, ...rest) => told(act.requestId, trail.note(act, ...rest)),
    },
    news: {
      next(requestId, withinMs) {
        if (count >= MAX_WAITING) return delay(withinMs)
        const { promise, resolve } = Promise.withResolvers<void>()
        const own = waiting.get(requestId) ?? new Set()
        waiting.set(requestId, own.add(resolve))
        count++
        const timer = setTimeout(resolve, withinMs)
        return promise.finally(() => {
          clearTimeout(timer)
          count--
          own.delete(resolve)
          if (own.size === 0) waiting.delete(requestId)
        })
      },
    },
  }
}
