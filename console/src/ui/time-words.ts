const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** Pages tell ages by a clock that is this old at most: what has just happened is not still to come. */
const CLOCK_BEHIND_SECONDS = 10

const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/**
 * How long ago, in the largest unit that fits: `2 minutes ago`, `in 3 hours`, `now`.
 * @param now milliseconds since 1970
 */
export function agoText(time: Date, now: number): string {
  const ahead = Math.round((time.getTime() - now) / 1000)
  const seconds = ahead > 0 && ahead <= CLOCK_BEHIND_SECONDS ? 0 : ahead
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
  return ago.format(Math.trunc(seconds / size), unit)
}

/** `2026-11-26 15:04:05` in the zone of the browser. */
export function localTime(time: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}
