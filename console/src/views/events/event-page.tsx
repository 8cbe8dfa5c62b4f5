import Container from '@cloudscape-design/components/container'
import Spinner from '@cloudscape-design/components/spinner'
import { useParams } from 'react-router'
import { useAnswer } from '../../api/use-answer.ts'
import { readStory } from '../../events/read-story.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { EventDetails } from './event-details.tsx'

/** One event: by its id, or by that of its request. */
export function EventPage() {
  const { id = '' } = useParams()
  const story = useAnswer(id, (signal) => readStory(id, signal))
  const event = story.value?.event
  return (
    <Page
      title={event?.eventName ?? 'Event'}
      parents={[{ text: 'Event history', href: '/events' }]}
    >
      <Refusal
        refusal={story.refusal}
        header="The event is not shown"
        onRetry={() => story.reload()}
      />
      {story.isLoading && event === undefined && <Spinner size="large" />}
      {event !== undefined && (
        <Container>
          <EventDetails event={event} story={story} columns={3} />
        </Container>
      )}
      {!story.isLoading && story.refusal === undefined && event === undefined && (
        <EmptyState title="No such event">
          No record or request has the ID {id}. It may be older than what is kept.
        </EmptyState>
      )}
    </Page>
  )
}
