/** When something happened: within the last so many seconds, or between two moments in seconds since 1970. */
export type TimeRange =
  | { readonly kind: 'relative'; readonly seconds: number }
  | { readonly kind: 'absolute'; readonly from: number; readonly to: number }

const UNITS = { m: 60, h: 3600, d: 86_400 } as const

/** `range=15m`, `range=7d`, or `from=2026-11-26T08:00:00Z&to=…`: undefined where neither stands there. */
export function rangeOfUrl(search: URLSearchParams): TimeRange | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(search.get('range') ?? '') ?? []
  if (unit === 'm' || unit === 'h' || unit === 'd')
    return { kind: 'relative', seconds: Number(count) * UNITS[unit] }
  const [from, to] = [momentOf(search.get('from')), momentOf(search.get('to'))]
  if (from === undefined && to === undefined) return undefined
  return { kind: 'absolute', from: from ?? 0, to: to ?? FAR }
}

/** The end of the year 9999. */
const FAR = 253_402_300_799

export function rangeInUrl(range: TimeRange | undefined, search: URLSearchParams): void {
  for (const name of ['range', 'from', 'to']) search.delete(name)
  if (range?.kind === 'relative') search.set('range', durationText(range.seconds))
  if (range?.kind !== 'absolute') return
  if (range.from > 0) search.set('from', isoText(range.from))
  if (range.to < FAR) search.set('to', isoText(range.to))
}

/** @param now seconds since 1970 */
export function momentsOf(
  range: TimeRange,
  now: number,
): { readonly from?: number; readonly to?: number } {
  if (range.kind === 'relative') return { from: Math.floor(now - range.seconds) }
  return { ...(range.from > 0 && { from: range.from }), ...(range.to < FAR && { to: range.to }) }
}

/** In the largest unit that it is a whole number of. */
function durationText(seconds: number): string {
  if (seconds % UNITS.d === 0) return `${seconds / UNITS.d}d`
  if (seconds % UNITS.h === 0) return `${seconds / UNITS.h}h`
  return `${Math.max(1, Math.round(seconds / UNITS.m))}m`
}

const isoText = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

function momentOf(text: string | null): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}
