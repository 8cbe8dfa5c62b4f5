import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import { useEffect, useRef, type ReactNode } from 'react'
import { useAnswer } from '../../api/use-answer.ts'
import { readStory } from '../../events/read-story.ts'
import type { EventView } from '../../events/trail-record.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { useFocusBack } from '../../ui/use-focus-back.ts'
import { EventDetails } from './event-details.tsx'
import './event-panel.css'

/** The list and, beside it (below it on a small screen), the event that was chosen. */
export function EventPanel({
  event,
  onClose,
  children,
}: {
  readonly event: EventView | undefined
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  return (
    <div className={event === undefined ? undefined : 'events-beside'}>
      <div className="events-list">{children}</div>
      {event !== undefined && <Panel key={event.eventId} event={event} onClose={onClose} />}
    </div>
  )
}

function Panel({ event, onClose }: { readonly event: EventView; readonly onClose: () => void }) {
  const story = useAnswer(event.eventId, (signal) => readStory(event.eventId, signal))
  const panel = useRef<HTMLElement>(null)
  const giveFocusBack = useFocusBack()
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <section className="events-panel" ref={panel} aria-label={`Event ${event.eventName}`}>
      <Container
        header={
          <Header
            variant="h2"
            description={
              <RouteLink to={`/events/${encodeURIComponent(event.eventId)}`}>
                Open as a page
              </RouteLink>
            }
            actions={
              <Button
                variant="icon"
                iconName="close"
                ariaLabel="Close the event"
                onClick={() => {
                  onClose()
                  giveFocusBack()
                }}
              />
            }
          >
            {event.eventName}
          </Header>
        }
      >
        <EventDetails event={event} story={story} columns={1} />
      </Container>
    </section>
  )
}
