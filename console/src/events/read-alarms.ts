import { readEvents } from './search-events.ts'
import type { EventView } from './trail-record.ts'

/** Of each search. */
const MOST = 50
/** Searches, each for what the ones before did not show: a host that has told of more alarms than one search finds hides those of no other. */
const MOST_SEARCHES = 8

/** What one host told of. */
export interface HostAlarms {
  readonly instanceId: string
  /** Newest first; no more than MOST. */
  readonly events: readonly EventView[]
  /** There may be more of it. */
  readonly hasMore: boolean
}

export interface Alarms {
  /** Whose alarm is the newest comes first. */
  readonly hosts: readonly HostAlarms[]
  /** There are others that have some: more told of very many than are looked for. */
  readonly hasMore: boolean
}

/** Alarms, host by host; also that there were some which were not recorded any more. @param from seconds since 1970 */
export async function readAlarms(
  from: number,
  signal: AbortSignal,
  read: typeof readEvents = readEvents,
): Promise<Alarms> {
  const hosts: HostAlarms[] = []
  let hasMore = true
  for (let searches = 0; hasMore && searches < MOST_SEARCHES; searches++) {
    const others = hosts.map(({ instanceId }) => instanceId)
    const search = {
      Filters: [
        { Name: 'outcome', Values: ['alarm'] },
        ...(others.length === 0 ? [] : [{ Name: 'not:instance', Values: others }]),
      ],
      StartTime: from,
      Order: 'newest' as const,
      Detail: 'acts' as const,
    }
    // oxlint-disable-next-line no-await-in-loop -- the next asks for what this one does not show
    const { events, next } = await read(search, { signal, wanted: MOST })
    hasMore = next !== undefined && events.length > 0
    const byHost = Map.groupBy(events, ({ instanceId = '' }) => instanceId)
    for (const [instanceId, ofHost] of byHost) hosts.push({ instanceId, events: ofHost, hasMore })
  }
  return { hosts: hosts.toSorted((one, other) => newestOf(other) - newestOf(one)), hasMore }
}

const newestOf = ({ events: [newest] }: HostAlarms): number => newest?.time ?? 0
