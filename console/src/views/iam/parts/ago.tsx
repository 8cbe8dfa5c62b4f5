import { agoText } from '../../../ui/time-words.ts'
import { useNow } from '../../../ui/use-now.ts'

/** How long ago, alone, for columns; the exact time is told on pointing. */
export function Ago({
  seconds,
  never = 'Never',
}: {
  readonly seconds: number | undefined
  readonly never?: string
}) {
  const now = useNow()
  if (seconds === undefined) return <>{never}</>
  const time = new Date(seconds * 1000)
  return (
    <time dateTime={time.toISOString()} title={time.toISOString()}>
      {agoText(time, now)}
    </time>
  )
}
