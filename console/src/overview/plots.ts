import type { EventView } from '../events/trail-record.ts'
import { isPushName, PUSH_NAMES } from '../events/push-names.ts'

/** What is plotted. */
type SeriesName = 'pushed' | 'logins' | 'push-refused' | 'login-refused'

interface Series {
  readonly name: SeriesName
  readonly title: string
  /** As CountEvents takes them. */
  readonly filters: readonly { readonly Name: string; readonly Values: readonly string[] }[]
  readonly byReason: boolean
  /** The same of a record that the live feed tells of. */
  readonly has: (event: EventView) => boolean
}

export const SERIES: readonly Series[] = [
  {
    name: 'pushed',
    title: 'Keys pushed',
    filters: [
      { Name: 'event-name', Values: PUSH_NAMES },
      { Name: 'outcome', Values: ['ok'] },
    ],
    byReason: false,
    has: ({ eventName, outcome }) => isPushName(eventName) && outcome === 'ok',
  },
  {
    name: 'logins',
    title: 'Logins',
    filters: [{ Name: 'event-name', Values: ['SessionStarted'] }],
    byReason: false,
    has: ({ eventName }) => eventName === 'SessionStarted',
  },
  {
    name: 'push-refused',
    title: 'Pushes refused',
    filters: [
      { Name: 'event-name', Values: PUSH_NAMES },
      { Name: 'outcome', Values: ['denied', 'failed'] },
    ],
    byReason: true,
    has: ({ eventName, outcome }) =>
      isPushName(eventName) && (outcome === 'denied' || outcome === 'failed'),
  },
  {
    name: 'login-refused',
    title: 'Refused by sshd',
    filters: [{ Name: 'event-name', Values: ['KeyRefused'] }],
    byReason: true,
    has: ({ eventName }) => eventName === 'KeyRefused',
  },
]

/** The last hour, day or week, in as many intervals as a plot shows. */
export const SPANS = {
  hour: { title: 'Last hour', seconds: 3600, interval: 60, range: '1h' },
  day: { title: 'Last day', seconds: 86_400, interval: 1800, range: '1d' },
  week: { title: 'Last week', seconds: 7 * 86_400, interval: 4 * 3600, range: '7d' },
} as const
export type SpanName = keyof typeof SPANS

/** How many there were, interval by interval. Times are seconds since 1970. */
export interface Plots {
  readonly start: number
  readonly interval: number
  readonly counts: Readonly<Record<SeriesName, readonly number[]>>
  /** Of refusals, each with what it is of. */
  readonly reasons: readonly PlottedReason[]
  /** The last record that is counted: what is told again does not count again. */
  readonly lastSeq: number
  /** Before, not all were counted. */
  readonly countedFrom: number | undefined
}

export interface PlottedReason {
  readonly reason: string
  readonly of: 'push-refused' | 'login-refused'
  readonly count: number
}

/** An answer of CountEvents. */
export interface CountAnswer {
  readonly Series: readonly {
    readonly Name: string
    readonly Counts: readonly number[]
    readonly Reasons?: readonly { readonly Reason: string; readonly Count: number }[]
  }[]
  readonly LastSeq: number
  readonly CountedFrom?: number
}

/** CountEvents' members for the span that ends now. Intervals begin at whole ones, so that plots do not shift when they are read again. */
export function countQuestion(span: SpanName, now: number) {
  const { seconds, interval } = SPANS[span]
  const end = (Math.floor(now / interval) + 1) * interval
  return {
    Series: SERIES.map(({ name, filters, byReason }) => ({
      Name: name,
      Filters: filters,
      ByReason: byReason,
    })),
    StartTime: end - seconds,
    EndTime: end,
    Interval: interval,
  }
}

export function readPlots(
  answer: CountAnswer,
  asked: { readonly StartTime: number; readonly Interval: number },
): Plots {
  const of = (name: SeriesName) => answer.Series.find(({ Name }) => Name === name)
  const counts = Object.fromEntries(
    SERIES.map(({ name }) => [name, of(name)?.Counts ?? []]),
  ) as unknown as Plots['counts']
  const reasons = (['login-refused', 'push-refused'] as const).flatMap((name) =>
    (of(name)?.Reasons ?? []).map(({ Reason, Count }) => ({
      reason: Reason,
      of: name,
      count: Count,
    })),
  )
  return {
    start: asked.StartTime,
    interval: asked.Interval,
    counts,
    reasons: reasons.toSorted((a, b) => b.count - a.count),
    lastSeq: answer.LastSeq,
    countedFrom: answer.CountedFrom,
  }
}

/** With what the live feed told: where a new interval begins, the oldest goes. */
export function withEvents(plots: Plots, events: readonly EventView[]): Plots {
  const news = events.filter(({ seq }) => seq > plots.lastSeq)
  const lastSeq = Math.max(plots.lastSeq, ...news.map(({ seq }) => seq))
  return { ...news.reduce(withEvent, plots), lastSeq }
}

function withEvent(plots: Plots, event: EventView): Plots {
  const series = SERIES.find(({ has }) => has(event))
  if (series === undefined) return plots
  const current = shifted(plots, event.time)
  const { counts, start, interval, reasons } = current
  const index = Math.floor((event.time - start) / interval)
  const own = counts[series.name]
  if (index < 0 || index >= own.length) return current
  const { name } = series
  return {
    ...current,
    counts: { ...counts, [name]: own.with(index, (own[index] ?? 0) + 1) },
    reasons:
      (name === 'push-refused' || name === 'login-refused') && event.reason !== undefined
        ? withReason(reasons, { reason: event.reason, of: name })
        : reasons,
  }
}

/** So that the moment is in it. */
export function shifted(plots: Plots, time: number): Plots {
  const { start, interval, counts } = plots
  const length = counts.pushed.length
  const over = Math.floor((time - start) / interval) - length + 1
  // A host's clock decides nothing: what is far ahead is no reason to throw away what is there.
  if (over <= 0 || over > length) return plots
  const move = (all: readonly number[]) => [...all.slice(over), ...Array<number>(over).fill(0)]
  return {
    ...plots,
    start: start + over * interval,
    counts: Object.fromEntries(
      Object.entries(counts).map(([name, all]) => [name, move(all)]),
    ) as unknown as Plots['counts'],
  }
}

function withReason(
  reasons: readonly PlottedReason[],
  { reason, of }: Omit<PlottedReason, 'count'>,
): readonly PlottedReason[] {
  const known = reasons.find((one) => one.reason === reason && one.of === of)
  const others = reasons.filter((one) => one !== known)
  return [...others, { reason, of, count: (known?.count ?? 0) + 1 }].toSorted(
    (a, b) => b.count - a.count,
  )
}

export const total = (counts: readonly number[]): number =>
  counts.reduce((sum, one) => sum + one, 0)
