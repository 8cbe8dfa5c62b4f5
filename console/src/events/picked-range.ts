import type { TimeRange } from './time-range.ts'

/** What Cloudscape's date range picker has: of it what is used. */
export type PickedRange =
  | {
      readonly type: 'relative'
      readonly key?: string
      readonly amount: number
      readonly unit: string
    }
  | { readonly type: 'absolute'; readonly startDate: string; readonly endDate: string }

const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 7 * 86_400,
  month: 30 * 86_400,
  year: 365 * 86_400,
}

const UNITS = ['day', 'hour', 'minute'] as const

export function pickedRange(range: TimeRange | undefined) {
  if (range === undefined) return null
  if (range.kind === 'absolute') {
    const [startDate, endDate] = [range.from, range.to].map((at) =>
      new Date(at * 1000).toISOString(),
    )
    return { type: 'absolute' as const, startDate: startDate ?? '', endDate: endDate ?? '' }
  }
  const unit = UNITS.find((each) => range.seconds % (SECONDS[each] ?? 1) === 0) ?? 'minute'
  return { type: 'relative' as const, unit, amount: range.seconds / (SECONDS[unit] ?? 60) }
}

/** Undefined where nothing is picked, or nothing that is a time. */
export function rangeOfPicked(picked: PickedRange | null): TimeRange | undefined {
  if (picked === null) return undefined
  if (picked.type === 'relative') {
    const seconds = picked.amount * (SECONDS[picked.unit] ?? 0)
    return seconds > 0 ? { kind: 'relative', seconds: Math.max(60, seconds) } : undefined
  }
  const [from, to] = [Date.parse(picked.startDate), Date.parse(picked.endDate)]
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined
  return { kind: 'absolute', from: Math.floor(from / 1000), to: Math.floor(to / 1000) }
}
