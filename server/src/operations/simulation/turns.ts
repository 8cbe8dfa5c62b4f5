import { setImmediate as nextTurn } from 'node:timers/promises'
import { invalidInput } from '@fleetkey/domain/exceptions/iam'

/** Longer than this nobody else waits; shorter, and taking turns would cost more than the work. */
const SLICE_MS = 10
/** For one request, without the turns of others. */
const MOST_MS = 5_000

export interface Turns {
  /** To be asked between two small pieces of the work. Throws InvalidInput when all of it takes too long. */
  next(): Promise<void>
}

/**
 * Trying out many requests is work for seconds, in the one thread that also serves everybody else: it is done in slices, and not without
 * end. Real time, not the server's clock.
 */
export function takeTurns({ mostMs = MOST_MS }: { readonly mostMs?: number } = {}): Turns {
  let began = performance.now()
  let spent = 0
  return {
    async next() {
      const slice = performance.now() - began
      if (slice < SLICE_MS) return
      spent += slice
      if (spent > mostMs) {
        throw invalidInput(
          `Trying this out takes longer than ${mostMs / 1000} seconds. Ask about less at a time.`,
        )
      }
      await nextTurn()
      began = performance.now()
    },
  }
}
