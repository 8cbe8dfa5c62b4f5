import { usageFailure } from './failure.ts'
import { parseSpan } from '@fleetkey/domain/span'

const DAY_MS = 86_400_000

/**
 * A time as people say it, in milliseconds since 1970: a span back from now (`15m`, `2h`, `7d`), `now`, `today`, `yesterday`, a clock time of today
 * (`14:30`), a day (`2026-11-22`) or a time (`2026-11-22T17:00`, with or without seconds and zone). Without a zone it is the reader's own.
 * Throws a usage failure.
 */
export function parseMoment(text: string, now: number): number {
  const span = parseSpan(text)
  if (span !== undefined) return now - span * 1000
  const moment = named(text, now) ?? clock(text, now) ?? calendar(text)
  if (moment !== undefined && !Number.isNaN(moment)) return moment
  throw usageFailure(
    `"${text}" is not a time.`,
    'Write it like 15m, 7d, yesterday, 14:30, 2026-11-22 or 2026-11-22T17:00:00Z',
  )
}

function named(text: string, now: number): number | undefined {
  switch (text) {
    case 'now':
      return now
    case 'today':
      return dayOf(now)
    case 'yesterday':
      // Half a day before midnight is yesterday, also where clocks change by an hour.
      return dayOf(dayOf(now) - DAY_MS / 2)
    default:
      return undefined
  }
}

function clock(text: string, now: number): number | undefined {
  const [, hours, minutes, seconds = '0'] =
    /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? []
  if (hours === undefined) return undefined
  const date = new Date(now)
  return date.setHours(Number(hours), Number(minutes), Number(seconds), 0)
}

function calendar(text: string): number | undefined {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text)
  if (!match) return undefined
  const [, day, time = '00:00', zone = ''] = match
  const moment = new Date(`${day}T${time}${zone}`)
  // There is no 31st of February; Date takes it for March.
  const shown = zone === '' ? moment.getDate() : undefined
  return shown !== undefined && shown !== Number(day?.slice(-2)) ? undefined : moment.getTime()
}

function dayOf(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
