import type { ApiClient } from '../api/api-client.ts'
import { answersOf, optionalTextOf } from '../api/answer.ts'
import { LOOKUP_EVENTS } from '../api/operations.ts'
import { readEvent, type EventView } from './event-view.ts'

/** LookupEvents' members; times are seconds since 1970. */
export interface EventQuery {
  readonly EventName?: string
  readonly UserName?: string
  readonly InstanceId?: string
  readonly RequestId?: string
  readonly StartTime?: number
}

/** LookupEvents gives no more at once. */
const PAGE = 50

/** Records that fit, newest first, page by page; ask for no more pages and nothing more is fetched. */
export async function* lookupEvents(
  api: Pick<ApiClient, 'call'>,
  query: EventQuery,
): AsyncGenerator<readonly EventView[]> {
  let token: string | undefined
  do {
    const next = token === undefined ? {} : { NextToken: token }
    const answer = await api.call(LOOKUP_EVENTS, { ...query, MaxResults: PAGE, ...next })
    yield answersOf(answer, 'Events').map(readEvent)
    token = optionalTextOf(answer, 'NextToken')
  } while (token)
}
