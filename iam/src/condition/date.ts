import { unreadable, type CompileWanted } from './comparison.ts'

/**
 * Date operators: value of the request OPERATOR value of the policy, as instants (IAM User Guide, condition operators,
 * Date). Either side may be ISO 8601 as the W3C profiles it, from `2026` to `2026-01-01T12:00:00.5+01:00`, or seconds
 * since 1970. Without an offset UTC is meant.
 */
export const dateEquals = date((found, wanted) => found === wanted)
export const dateLessThan = date((found, wanted) => found < wanted)
export const dateLessThanEquals = date((found, wanted) => found <= wanted)
export const dateGreaterThan = date((found, wanted) => found > wanted)
export const dateGreaterThanEquals = date((found, wanted) => found >= wanted)

function date(compare: (found: number, wanted: number) => boolean): CompileWanted {
  return (text) => {
    const wanted = parseInstant(text)
    if (wanted === undefined) throw unreadable(text, 'a date (2026-01-31T12:00:00Z)')
    return (found) => {
      const instant = parseInstant(found)
      return instant !== undefined && compare(instant, wanted)
    }
  }
}

/** Also `2026T` and one-digit hours, which IAM takes. */
const iso =
  /^(-?\d{1,9})(?:-(\d\d?)(?:-(\d\d?))?)?(?:[Tt](?:(\d\d?)(?::(\d\d?)(?::(\d\d?)(\.\d{1,9})?)?)?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/** No instant is longer, and each value of a policy reads that of the request anew. */
const longest = 64

/** Seconds since 1970, with fractions. Four digits are a year, any other run of digits is seconds. */
function parseInstant(text: string): number | undefined {
  if (text.length > longest) return undefined
  if (/^\d+$/.test(text) && text.length !== 4) {
    return BigInt(text.slice(0, 30)) <= 2n ** 63n - 1n ? Number(text) : undefined
  }
  const parts = iso.exec(text)
  if (parts === null) return undefined
  const field = (index: number, otherwise: number) => Number(parts[index] ?? otherwise)
  const [year, month, day] = [field(1, 0), field(2, 1), field(3, 1)]
  const [hour, minute, second] = [field(4, 0), field(5, 0), field(6, 0)]
  const offset = parseOffset(parts[8])
  if (Math.abs(year) > 292_278_993 || month < 1 || month > 12) return undefined
  if (day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined
  const days = daysBefore(year, month) + day - 1
  return days * 86_400 + hour * 3_600 + minute * 60 + second + field(7, 0) - offset
}

/** Seconds east of UTC. */
function parseOffset(text = 'Z'): number | undefined {
  if (text.toUpperCase() === 'Z') return 0
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', ''))]
  if (hours > 23 || minutes > 59) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60)
}

function daysInMonth(year: number, month: number): number {
  return daysBefore(month === 12 ? year + 1 : year, (month % 12) + 1) - daysBefore(year, month)
}

/** Days from 1970-01-01 to the first of a month, Gregorian. `Date` stops at the year 275760, AWS's dates do not. */
function daysBefore(year: number, month: number): number {
  // Years are counted from March, so that the leap day comes last.
  const shifted = month > 2 ? year : year - 1
  const monthsSinceMarch = (month + 9) % 12
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400)
  return shifted * 365 + leapDays + Math.floor((153 * monthsSinceMarch + 2) / 5) - 719_468
}
