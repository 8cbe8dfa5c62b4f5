import type { ApiClient } from '../api/api-client.ts'
import { answersOf, numberOf, optionalTextOf } from '../api/answer.ts'
import { SEARCH_EVENTS } from '../api/operations.ts'
import { readEvent, type EventView } from './event-view.ts'

/** SearchEvents' members; times are seconds since 1970. */
export interface EventSearch {
  readonly Filters: readonly EventFilter[]
  readonly Text?: string
  readonly StartTime?: number
  readonly EndTime?: number
  readonly Order?: 'newest' | 'oldest'
  /** Without reads that were allowed; every act once; every record. */
  readonly Detail?: 'notable' | 'acts' | 'records'
}

export interface EventFilter {
  readonly Name: string
  readonly Values: readonly string[]
}

export interface EventPage {
  readonly events: readonly EventView[]
  /** Where the server stopped looking for now, in milliseconds since 1970; it goes on with the next page. */
  readonly searchedTo: number | undefined
  /** Asked with it, the same search goes on behind this page; oldest first also once there is more. */
  readonly token: string | undefined
}

/** SearchEvents gives no more at once. */
const MAX_PAGE = 200

/** Records that fit, page by page; ask for no more pages and nothing more is fetched. */
export async function* searchEvents(
  api: Pick<ApiClient, 'call'>,
  search: EventSearch,
  {
    limit = MAX_PAGE,
    token,
    signal,
  }: {
    readonly limit?: number
    readonly token?: string | undefined
    readonly signal?: AbortSignal
  } = {},
): AsyncGenerator<EventPage> {
  let next = token
  do {
    const answer = await api.call(
      SEARCH_EVENTS,
      {
        ...search,
        MaxResults: Math.min(MAX_PAGE, limit),
        ...(next === undefined ? {} : { NextToken: next }),
      },
      signal,
    )
    next = optionalTextOf(answer, 'NextToken')
    yield {
      events: answersOf(answer, 'Events').map(readEvent),
      searchedTo:
        answer['SearchedTo'] === undefined ? undefined : numberOf(answer, 'SearchedTo') * 1000,
      token: next ?? optionalTextOf(answer, 'FollowToken'),
    }
  } while (next !== undefined)
}
