import { localTime } from './time-words.ts'

/** A moment in a narrow column, in the zone of the browser; the exact time in UTC is told on pointing. */
export function Moment({ seconds }: { readonly seconds: number }) {
  const time = new Date(seconds * 1000)
  return (
    <time dateTime={time.toISOString()} title={time.toISOString()}>
      {localTime(time)}
    </time>
  )
}
