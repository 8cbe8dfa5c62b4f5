import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { useMemo, useState } from 'react'
import type { EventQuery } from '../../events/event-query.ts'
import { fitsQuery } from '../../events/fits-query.ts'
import { readEvent, type EventAnswer, type EventView } from '../../events/trail-record.ts'
import { LiveIndicator } from '../../live/live-indicator.tsx'
import { useLive } from '../../live/use-live.ts'

/** New events come by themselves while this is on, as far as the filter finds them. */
export function LiveTail(news: {
  readonly query: EventQuery
  readonly onNews: (events: readonly EventView[]) => void
  /** Not all of them were told. */
  readonly onMissed: () => void
}) {
  const [isOn, setOn] = useState(false)
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <Toggle checked={isOn} onChange={({ detail }) => setOn(detail.checked)}>
        Live tail
      </Toggle>
      {isOn && <Tail {...news} />}
    </SpaceBetween>
  )
}

function Tail({ query, onNews, onMissed }: Parameters<typeof LiveTail>[0]) {
  const fits = useMemo(() => fittingOf(query), [query])
  const state = useLive('events', (heard) => {
    if (heard.type === 'missed') return onMissed()
    const events = heard.events.map((told) => readEvent(told as unknown as EventAnswer))
    const wanted = events.filter(fits)
    if (wanted.length > 0) onNews(wanted)
  })
  return <LiveIndicator state={state} />
}

/** What the server refuses to search for finds nothing here either: it says so where it is searched for. */
function fittingOf(query: EventQuery): (event: EventView) => boolean {
  try {
    return fitsQuery(query)
  } catch {
    return () => false
  }
}
