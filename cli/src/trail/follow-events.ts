import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../api/api-client.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { EventView } from './event-view.ts'
import { searchEvents, type EventSearch } from './search-events.ts'

/** How long it waits between two questions, and when the server is away. */
const PACE = { everyMs: 1000, awayMs: 3000 }

/**
 * Events as they come, for ever: oldest first, each once. Where it goes on is a place in the trail, which has one order, so that nothing is missed
 * between two questions, nor while the server is away: that is told to `onAway` and waited out.
 */
export async function* followEvents(
  api: Pick<ApiClient, 'call'>,
  search: EventSearch,
  {
    signal,
    onAway,
    pace = PACE,
  }: {
    readonly signal: AbortSignal
    readonly onAway: (failure: Failure) => void
    readonly pace?: typeof PACE
  },
): AsyncGenerator<readonly EventView[]> {
  let token: string | undefined
  for (;;) {
    try {
      const pages = searchEvents(api, { ...search, Order: 'oldest' }, { token, signal })
      for await (const page of pages) {
        yield page.events
        token = page.token
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!isPassing(error)) throw error
      onAway(error)
      await pause(pace.awayMs, signal)
      continue
    }
    await pause(pace.everyMs, signal)
  }
}

/** Rejects with the reason for which it was ended. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

function isPassing(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false
  return error.exitCode === EXIT_CODES.cannotConnect || error.exitCode === EXIT_CODES.tryAgain
}
