import { setImmediate as nextTurn } from 'node:timers/promises'
import { invalidInput } from '@fleetkey/domain/exceptions/iam'

/** Longer than this nobody else waits; shorter, and taking turns would cost more than the work. */
const SLICE_MS = 10
/** For one request, without the turns of others. */
const MOST_MS = 5_000

export interface Turns {
  /** To be asked between two small pieces of the work. Throws InvalidInput when all of it takes too long. */
  next(): Promise<void>
  /** The same for work whose part is of use: false when all of it takes too long. */
  isInTime(): Promise<boolean>
}

/**
 * Trying out many requests is work for seconds, in the one thread that also serves everybody else: it is done in slices, and not without
 * end. Real time, not the server's clock.
 */
export function takeTurns({ mostMs = MOST_MS }: { readonly mostMs?: number } = {}): Turns {
  let began = performance.now()
  let spent = 0
  async function isInTime(): Promise<boolean> {
    const slice = performance.now() - began
    if (slice < SLICE_MS) return true
    spent += slice
    if (spent > mostMs) return false
    await nextTurn()
    began = performance.now()
    return true
  }
  return {
    isInTime,
    async next() {
      if (await isInTime()) return
      throw invalidInput(
        `Trying this out takes longer than ${mostMs / 1000} seconds. Ask about less at a time.`,
      )
    },
  }
}
