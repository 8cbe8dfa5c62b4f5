import type { OwnEvent } from '@fleetkey/domain/own-event'
import { readEvents } from './search-events.ts'
import type { EventView } from './trail-record.ts'

/** What nobody should find out by chance. */
const TOLD: readonly OwnEvent[] = ['LoginUnexplained', 'LogTampered']
/** These, and that some of them were not recorded any more. */
export const ALARMING: readonly OwnEvent[] = [...TOLD, 'ReceiptsLeftOut']

/** Of each search: there may be many others of that name, which anybody who reaches an sshd can make. */
const MOST = 50

/** Alarms, the newest first; also that there were some which were not recorded any more. @param from seconds since 1970 */
export async function readAlarms(
  from: number,
  signal: AbortSignal,
  read: typeof readEvents = readEvents,
): Promise<readonly EventView[]> {
  const named = (Values: readonly string[]) => ({
    Filters: [{ Name: 'event-name', Values }],
    StartTime: from,
    Order: 'newest' as const,
    Detail: 'acts' as const,
  })
  const searches = [named(TOLD), ...TOLD.map((Text) => ({ ...named(['ReceiptsLeftOut']), Text }))]
  const found = await Promise.all(searches.map((search) => read(search, { signal, wanted: MOST })))
  const byId = new Map(
    found
      .flatMap(({ events }) => events)
      .filter(({ outcome }) => outcome === 'alarm')
      .map((event) => [event.eventId, event]),
  )
  return [...byId.values()].toSorted((one, other) => other.time - one.time)
}
