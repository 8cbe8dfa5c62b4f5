import { conditionsOf } from '@fleetkey/domain/trail-filters'
import { trailArn } from '@fleetkey/domain/arn'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { invalidTimeRange } from '@fleetkey/domain/exceptions/trail'
import type { Members } from '@fleetkey/wire/aws/validation'
import { validate } from '@fleetkey/wire/aws/validation'
import type { TrailCount } from '../store/store.ts'
import { operation } from './operation.ts'
import { readFilters } from './search-filters.ts'

interface Input {
  readonly names: readonly string[]
  readonly count: TrailCount
  /** What the trail shows of it. */
  readonly asked: Readonly<Record<string, unknown>>
}

const MAX_SERIES = 12
const MAX_INTERVALS = 200
const ACTION = 'fleetkey:SearchEvents'

/**
 * How many records of the trail fit, interval by interval, for several questions at once: for plots. By the index, so that it takes about as long for a week as for an
 * hour; the newest are counted first, and `CountedFrom` says from when on all are. `LastSeq`: what comes behind is not counted. Whoever may search may count. Ours.
 */
export const countEvents = operation<Input>({
  name: 'CountEvents',
  service: 'fleetkey',
  action: ACTION,
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const series = v
      .structureList('Series', { min: 1, max: MAX_SERIES })
      .map((one) => ({ ...readSeries(one) }))
    const from = v.requiredInteger('StartTime', { min: 0 })
    const to = v.requiredInteger('EndTime', { min: 0 })
    const seconds = v.requiredInteger('Interval', { min: 1, max: 86_400 })
    v.finish(validationFailure)
    if (to <= from) throw invalidTimeRange()
    const intervals = Math.ceil((to - from) / seconds)
    if (intervals > MAX_INTERVALS) {
      throw validationFailure(
        `From StartTime to EndTime are ${intervals} intervals of ${seconds} seconds: ${MAX_INTERVALS} are counted at most.`,
      )
    }
    return {
      names: series.map(({ name }) => name),
      count: {
        series: series.map(({ filters, byReason }) => ({
          conditions: conditionsOf(filters).map(asIs),
          byReason,
        })),
        from: from * 1000,
        everyMs: seconds * 1000,
        intervals,
      },
      asked: { series, startTime: from, endTime: to, interval: seconds },
    }
  },

  resources: (_input, { realm }) => [{ arn: trailArn(realm) }],

  trail: ({ asked }) => ({ requestParameters: asked }),

  async run({ names, count }, { store }) {
    const { series, lastSeq, countedFrom } = await store.trail.count(count)
    return {
      Series: series.map(({ counts, reasons }, index) => ({
        Name: names[index],
        Counts: counts,
        Total: counts.reduce((sum, one) => sum + one, 0),
        ...(count.series[index]?.byReason && {
          Reasons: Object.entries(reasons)
            .map(([Reason, Count]) => ({ Reason, Count }))
            .toSorted((a, b) => b.Count - a.Count),
        }),
      })),
      LastSeq: lastSeq,
      ...(countedFrom > count.from && { CountedFrom: countedFrom / 1000 }),
    }
  },
})

function readSeries(one: Members) {
  return {
    name: one.requiredString('Name', { min: 1, max: 64 }),
    filters: readFilters(one),
    byReason: one.optionalBoolean('ByReason') ?? false,
  }
}

function asIs(condition: ReturnType<typeof conditionsOf>[number]) {
  if (condition.kind === 'is') return condition
  throw validationFailure(
    condition.kind === 'from'
      ? 'The filter source-address is for searching: addresses are not counted.'
      : 'Filters with not: are for searching: what is left is not counted.',
  )
}
