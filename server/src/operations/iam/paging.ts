import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Members } from '@fleetkey/wire/aws/validation'

/** Which part of a list is asked for (IAM API reference, `Marker` and `MaxItems`). */
export interface Page {
  /** What the last item of the page before sorts by. */
  readonly after: string | undefined
  readonly limit: number
}

/** What tells the client whether there is more. A type, since an interface fits into no output. */
export type PageEnd = {
  readonly IsTruncated: boolean
  /** Only where there is more. */
  readonly Marker?: string
}

export interface PageOf<Row> {
  readonly rows: readonly Row[]
  readonly end: PageEnd
}

const DEFAULT_ITEMS = 100
const MAX_ITEMS = 1000

/** Reads `Marker` and `MaxItems`. Throws ValidationException for a marker that no list of ours has given. */
export function readPage(v: Members): Page {
  const limit = v.optionalInteger('MaxItems', { min: 1, max: MAX_ITEMS }) ?? DEFAULT_ITEMS
  const marker = v.optionalString('Marker', { min: 1, max: 320 })
  return { after: marker === undefined ? undefined : readMarker(marker), limit }
}

/**
 * One page of what the store lists by itself. `read` is asked for one more than fits: whether there is more is then known without counting.
 * `sortedBy` is what `read` finds its place by.
 */
export async function pageFrom<Row>(
  page: Page,
  read: (query: { readonly after?: string; readonly limit: number }) => Promise<readonly Row[]>,
  sortedBy: (row: Row) => string,
): Promise<PageOf<Row>> {
  const { after, limit } = page
  const found = await read({ ...(after === undefined ? {} : { after }), limit: limit + 1 })
  return cut(found, limit, sortedBy)
}

/** One page of a short list. Sorted here: what comes next is found also when the last one of the page before is deleted by now. */
export function pageOf<Row>(
  page: Page,
  all: readonly Row[],
  sortedBy: (row: Row) => string,
): PageOf<Row> {
  const { after, limit } = page
  const sorted = all.toSorted((a, b) => compare(sortedBy(a), sortedBy(b)))
  const rest = after === undefined ? sorted : sorted.filter((row) => sortedBy(row) > after)
  return cut(rest, limit, sortedBy)
}

/** Names that are unique regardless of case sort regardless of case, as the store does it. */
export const byName = ({ name }: { readonly name: string }): string => name.toLowerCase()

function cut<Row>(
  found: readonly Row[],
  limit: number,
  sortedBy: (row: Row) => string,
): PageOf<Row> {
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  if (found.length <= limit || last === undefined) return { rows, end: { IsTruncated: false } }
  return { rows, end: { IsTruncated: true, Marker: markerAfter(sortedBy(last)) } }
}

/** By code units, as `>` does. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Opaque, so that nobody builds on what is in it. */
const markerAfter = (place: string): string =>
  Buffer.from(`after ${place}`, 'utf8').toString('base64url')

function readMarker(marker: string): string {
  const place = Buffer.from(marker, 'base64url').toString('utf8').slice('after '.length)
  // Of the many spellings that decode to a place, only the one that was given.
  if (markerAfter(place) !== marker) throw validationFailure('Invalid Marker')
  return place
}
