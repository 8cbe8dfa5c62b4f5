import { setImmediate as nextTurn } from 'node:timers/promises'
import { invalidInput } from '@fleetkey/domain/exceptions/iam'

/** Longer than this nobody else waits; shorter, and taking turns would cost more than the work. */
const SLICE_MS = 10
/** For one request, of the processor. */
const MOST_MS = 5_000

export interface Turns {
  /** To be asked between two small pieces of the work. Throws InvalidInput when all of it takes too long. */
  next(): Promise<void>
  /** The same for work whose part is of use: false when all of it takes too long. */
  isInTime(): Promise<boolean>
  /** Waits for the store in the middle of it: what others do meanwhile is no work of this request. */
  outside<T>(waitFor: () => Promise<T>): Promise<T>
}

/**
 * Trying out many requests is work for seconds, in the one thread that also serves everybody else: it is done in slices, and not without
 * end. Slices are told by the clock, for others wait by it; what all of it has cost is the processor's time, so that the same question gets
 * the same answer on a machine that is busy with something else.
 */
export function takeTurns({ mostMs = MOST_MS }: { readonly mostMs?: number } = {}): Turns {
  let slice = beginSlice()
  let spent = 0
  async function outside<T>(waitFor: () => Promise<T>): Promise<T> {
    spent += processorMs() - slice.processorMs
    try {
      return await waitFor()
    } finally {
      slice = beginSlice()
    }
  }
  async function isInTime(): Promise<boolean> {
    if (performance.now() - slice.at < SLICE_MS) return true
    await outside(nextTurn)
    return spent <= mostMs
  }
  return {
    isInTime,
    outside,
    async next() {
      if (await isInTime()) return
      throw invalidInput(
        `Trying this out takes longer than ${mostMs / 1000} seconds. Ask about less at a time.`,
      )
    },
  }
}

const beginSlice = () => ({ at: performance.now(), processorMs: processorMs() })

/** Of this thread. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
