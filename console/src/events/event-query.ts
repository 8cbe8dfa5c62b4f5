import type { SearchFilter } from '@fleetkey/domain/trail-filters'
import { momentsOf, rangeInUrl, rangeOfUrl, type TimeRange } from './time-range.ts'

/** What is looked for in the trail: all of it stands in the URL of the page. */
export interface EventQuery {
  /** As SearchEvents has them: one of the values, all of the filters. */
  readonly filters: readonly SearchFilter[]
  /** Words that stand anywhere. */
  readonly text: string
  readonly range: TimeRange | undefined
  /** Also what was only looked at, and allowed. */
  readonly withReads: boolean
}

/** Filters by name, with what CloudTrail's page calls them. */
export const EVENT_FILTERS: Readonly<Record<string, string>> = {
  'event-name': 'Event name',
  principal: 'User name',
  instance: 'Instance',
  'os-user': 'OS user',
  outcome: 'Outcome',
  'source-address': 'Source IP address or network',
  fingerprint: 'SSH key fingerprint',
  'event-source': 'Event source',
  'read-only': 'Read-only',
  'request-id': 'Request ID',
  'event-id': 'Event ID',
  'access-key-id': 'AWS access key',
  resource: 'Resource name',
  'resource-type': 'Resource type',
}

const isFilter = (name: string): boolean =>
  Object.hasOwn(EVENT_FILTERS, name) || (name.startsWith('tag:') && name.length > 'tag:'.length)

/** What is no filter is passed over: a link may come from a later version. */
export function queryOfUrl(search: URLSearchParams): EventQuery {
  const names = new Set([...search.keys()].filter(isFilter))
  return {
    filters: [...names].map((name) => ({ name, values: search.getAll(name) })),
    text: search.get('text') ?? '',
    range: rangeOfUrl(search),
    withReads: search.get('reads') === 'yes',
  }
}

/** In place of what was asked for before; the rest of the URL stays. */
export function queryInUrl(
  { filters, text, range, withReads }: EventQuery,
  before: URLSearchParams,
): URLSearchParams {
  const search = new URLSearchParams(before)
  for (const name of before.keys()) if (isFilter(name)) search.delete(name)
  for (const { name, values } of filters) for (const value of values) search.append(name, value)
  put(search, 'text', text)
  put(search, 'reads', withReads ? 'yes' : '')
  rangeInUrl(range, search)
  return search
}

/** A link to the event history with these filters. */
export function eventsLink(filters: Readonly<Record<string, string | readonly string[]>>): string {
  const search = new URLSearchParams()
  for (const [name, values] of Object.entries(filters))
    for (const value of [values].flat()) search.append(name, value)
  return `/events?${search.toString()}`
}

/** SearchEvents' members; times are seconds since 1970. */
export interface EventSearch {
  readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[]
  readonly Text?: string
  readonly StartTime?: number
  readonly EndTime?: number
  readonly Order: 'newest' | 'oldest'
  readonly Detail: 'notable' | 'acts' | 'records'
}

/** @param now seconds since 1970: of relative ranges */
export function searchOf(query: EventQuery, now: number): EventSearch {
  const { filters, text, range } = query
  const { from, to } = range === undefined ? {} : momentsOf(range, now)
  return {
    ...(filters.length > 0 && {
      Filters: filters.map(({ name, values }) => ({ Name: name, Values: values })),
    }),
    ...(text !== '' && { Text: text }),
    ...(from !== undefined && { StartTime: from }),
    ...(to !== undefined && { EndTime: to }),
    Order: 'newest',
    Detail: showsReads(query) ? 'acts' : 'notable',
  }
}

/** Who names one request, one record or reads wants to see them, whatever else is shown. */
export function showsReads({ filters, withReads }: EventQuery): boolean {
  return withReads || filters.some(({ name }) => ASKING_FOR_READS.includes(name))
}

const ASKING_FOR_READS = ['request-id', 'event-id', 'event-name', 'read-only']

function put(search: URLSearchParams, name: string, value: string): void {
  if (value === '') search.delete(name)
  else search.set(name, value)
}
