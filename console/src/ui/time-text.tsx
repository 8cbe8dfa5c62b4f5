import { useNow } from './use-now.ts'
import { agoText, localTime } from './time-words.ts'

/** A moment in the person's own zone, with how long ago it was; the exact time in UTC is told on pointing. */
export function TimeText({ seconds }: { readonly seconds: number | undefined }) {
  const now = useNow()
  if (seconds === undefined) return <>–</>
  const time = new Date(seconds * 1000)
  return (
    <time dateTime={time.toISOString()} title={time.toISOString()}>
      {localTime(time)} ({agoText(time, now)})
    </time>
  )
}
