import { call } from '../api/call.ts'
import type { EventSearch } from './event-query.ts'
import { readEvent, type EventAnswer, type EventView } from './trail-record.ts'

/** SearchEvents gives no more at once. */
const MAX_PAGE = 200

export interface EventPage {
  readonly events: readonly EventView[]
  /** Where the next page begins; undefined when there is none. */
  readonly next: string | undefined
  /** Where the server stopped looking for now, in seconds since 1970; it goes on with the next page. */
  readonly searchedTo: number | undefined
}

interface SearchAnswer {
  readonly Events: readonly EventAnswer[]
  readonly NextToken?: string
  readonly SearchedTo?: number
}

type Ask = (input: object, signal: AbortSignal) => Promise<SearchAnswer>

/** Page by page; where few are found the server answers after some tens of milliseconds all the same, and says how far it came. */
export async function* eventPages(
  search: EventSearch,
  options: {
    readonly signal: AbortSignal
    readonly from?: string | undefined
    readonly pageSize?: number
    readonly ask?: Ask
  },
): AsyncGenerator<EventPage> {
  const { signal, from, pageSize = MAX_PAGE, ask = askServer } = options
  let next = from
  do {
    const given = {
      ...search,
      MaxResults: pageSize,
      ...(next !== undefined && { NextToken: next }),
    }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await ask(given, signal)
    next = answer.NextToken
    yield { events: answer.Events.map(readEvent), next, searchedTo: answer.SearchedTo }
  } while (next !== undefined)
}

/** Until there are so many, or no more. */
export async function readEvents(
  search: EventSearch,
  options: {
    readonly signal: AbortSignal
    readonly from?: string | undefined
    readonly wanted: number
    /** Told while it looks further, with all that were found so far. */
    readonly onPage?: (page: {
      readonly events: readonly EventView[]
      readonly searchedTo: number | undefined
    }) => void
    readonly ask?: Ask
  },
): Promise<Omit<EventPage, 'searchedTo'>> {
  const { wanted, onPage, ...rest } = options
  const events: EventView[] = []
  let next: string | undefined
  for await (const page of eventPages(search, { ...rest, pageSize: Math.min(wanted, MAX_PAGE) })) {
    events.push(...page.events)
    next = page.next
    onPage?.({ events: [...events], searchedTo: page.searchedTo })
    if (events.length >= wanted) break
  }
  return { events, next }
}

const askServer: Ask = (input, signal) =>
  call<SearchAnswer>('fleetkey', 'SearchEvents', input, signal)
