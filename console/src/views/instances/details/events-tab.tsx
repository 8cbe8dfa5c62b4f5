import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { call } from '../../../api/call.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { readEvent, type EventAnswer } from '../../../events/trail-record.ts'
import { counterText } from '../../../ui/counter-text.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Refusal } from '../../../ui/refusal.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { OutcomeIndicator } from '../../events/outcome-indicator.tsx'

const STEP = 50
const MOST = 200

/** What was done to it and what it saw, the latest first: without reads that were allowed. */
export function EventsTab({ instanceId }: { readonly instanceId: string }) {
  const [shown, setShown] = useState(STEP)
  const events = useAnswer(`events ${instanceId} ${shown}`, async (signal) => {
    const input = {
      Filters: [{ Name: 'instance', Values: [instanceId] }],
      Detail: 'notable',
      MaxResults: shown,
    }
    const answer = await call<{
      readonly Events: readonly EventAnswer[]
      readonly NextToken?: string
    }>('fleetkey', 'SearchEvents', input, signal)
    return { rows: answer.Events.map(readEvent), isMore: answer.NextToken !== undefined }
  })
  if (events.refusal !== undefined && events.value === undefined) {
    return (
      <Refusal
        refusal={events.refusal}
        header="The events are not shown"
        askFor="fleetkey:SearchEvents"
        onRetry={() => events.reload()}
      />
    )
  }
  const { rows, isMore } = events.value ?? { rows: [], isMore: false }
  return (
    <Table
      items={rows}
      trackBy="seq"
      loading={events.isLoading && events.value === undefined}
      loadingText="Reading the events"
      ariaLabels={{ tableLabel: 'Events' }}
      header={
        <Header
          variant="h2"
          counter={counterText(rows.length, {
            hasMore: isMore,
            isKnown: events.value !== undefined,
          })}
          actions={
            <Button
              iconName="refresh"
              ariaLabel="Read the events again"
              loading={events.isLoading}
              onClick={() => events.reload()}
            />
          }
        >
          Events
        </Header>
      }
      footer={
        isMore && (
          <RouteOrMore
            instanceId={instanceId}
            canShowMore={shown < MOST}
            onMore={() => setShown(Math.min(MOST, shown + STEP))}
          />
        )
      }
      columnDefinitions={[
        { id: 'time', header: 'Time', cell: ({ time }) => <Moment seconds={time} /> },
        {
          id: 'name',
          header: 'Event',
          isRowHeader: true,
          cell: ({ eventId, eventName }) => (
            <RouteLink to={`/events/${encodeURIComponent(eventId)}`}>{eventName}</RouteLink>
          ),
        },
        { id: 'who', header: 'User name', cell: ({ who }) => <bdi>{who}</bdi> },
        { id: 'os-user', header: 'OS user', cell: ({ osUser }) => <bdi>{osUser ?? '–'}</bdi> },
        {
          id: 'outcome',
          header: 'Outcome',
          cell: (event) => (
            <span title={event.says[0]}>
              <OutcomeIndicator event={event} />
            </span>
          ),
        },
      ]}
      empty={<EmptyState title="Nothing is on record of it yet" />}
    />
  )
}

function RouteOrMore({
  instanceId,
  canShowMore,
  onMore,
}: {
  readonly instanceId: string
  readonly canShowMore: boolean
  readonly onMore: () => void
}) {
  if (canShowMore) return <Button onClick={onMore}>Show more</Button>
  return <RouteLink to={`/events?instance=${instanceId}`}>See the event history</RouteLink>
}
