import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAnswer } from '../../api/use-answer.ts'
import { eventsLink } from '../../events/event-query.ts'
import { readEvents } from '../../events/search-events.ts'
import { readEvent, type EventAnswer, type EventView } from '../../events/trail-record.ts'
import { useLive } from '../../live/use-live.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/moment.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { PartRefusal } from './part-refusal.tsx'

const SHOWN = 8
const DENIED = [{ Name: 'outcome', Values: ['denied', 'failed'] }]
const REFUSED = [{ Name: 'event-name', Values: ['KeyRefused'] }]

/** Who was kept from what just now, and why. */
export function NewestRefusals() {
  const [told, setTold] = useState<readonly EventView[]>([])
  const asked = useAnswer('refusals', readRefusals)
  useLive('events', (heard) => {
    if (heard.type === 'missed') return asked.reload()
    const events = heard.events.map((one) => readEvent(one as unknown as EventAnswer))
    const refusals = events.filter(({ outcome }) => WRONG.includes(outcome))
    if (refusals.length > 0) setTold((last) => newest([...refusals, ...last]))
  })
  const refusals = newest([...told, ...(asked.value ?? [])])
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<RouteLink to={eventsLink({ outcome: ['denied', 'failed'] })}>All</RouteLink>}
        >
          Newest refusals
        </Header>
      }
    >
      <SpaceBetween size="s">
        <PartRefusal
          refusal={asked.refusal}
          header="The refusals are not shown"
          onRetry={() => asked.reload()}
        />
        {(asked.refusal === undefined || refusals.length > 0) && (
          <Table
            variant="embedded"
            items={refusals}
            trackBy="eventId"
            loading={asked.isLoading && refusals.length === 0}
            loadingText="Reading the trail"
            ariaLabels={{ tableLabel: 'Newest refusals' }}
            empty={<EmptyState title="Nothing was refused" />}
            wrapLines
            columnDefinitions={[
              {
                id: 'what',
                header: 'What',
                isRowHeader: true,
                cell: ({ eventId, eventName }) => (
                  <RouteLink to={`/events/${encodeURIComponent(eventId)}`}>{eventName}</RouteLink>
                ),
              },
              { id: 'who', header: 'User name', cell: ({ who }) => <Breakable text={who} /> },
              {
                id: 'why',
                header: 'Because',
                minWidth: 180,
                cell: ({ reason, says }) => <Breakable text={says[0] ?? reason ?? '–'} />,
              },
              { id: 'when', header: 'When', cell: ({ time }) => <Moment seconds={time} /> },
            ]}
          />
        )}
      </SpaceBetween>
    </Container>
  )
}

/** Names and ARNs have no blanks to break at. */
function Breakable({ text }: { readonly text: string }) {
  return (
    <span title={text} style={{ overflowWrap: 'anywhere' }}>
      {text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text}
    </span>
  )
}

const MAX_TEXT = 140

const WRONG: readonly string[] = ['denied', 'failed', 'refused']

/** Of calls, and of logins: no single search finds both. */
async function readRefusals(signal: AbortSignal): Promise<readonly EventView[]> {
  const found = await Promise.all(
    [DENIED, REFUSED].map((Filters) =>
      readEvents({ Filters, Order: 'newest', Detail: 'acts' }, { signal, wanted: SHOWN }),
    ),
  )
  return found.flatMap(({ events }) => events)
}

function newest(events: readonly EventView[]): readonly EventView[] {
  const bySeq = new Map(events.map((event) => [event.seq, event]))
  return [...bySeq.values()].toSorted((a, b) => b.seq - a.seq).slice(0, SHOWN)
}
