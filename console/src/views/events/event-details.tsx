import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { Asked } from '../../api/use-answer.ts'
import { linksOf } from '../../events/event-links.ts'
import type { EventStory } from '../../events/read-story.ts'
import type { EventView } from '../../events/trail-record.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { OutcomeIndicator } from './outcome-indicator.tsx'
import { RecordJson } from './record-json.tsx'
import { Story } from './story.tsx'

/** An event, its story, what it leads to, and the record itself. */
export function EventDetails({
  event,
  story,
  columns,
}: {
  readonly event: EventView
  readonly story: Asked<EventStory | undefined>
  readonly columns: 1 | 3
}) {
  return (
    <SpaceBetween size="l">
      {event.says.length > 0 && (
        <Alert type={WRONG.includes(event.outcome) ? 'error' : 'info'} header={event.reason}>
          <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {event.says.join('\n')}
          </span>
        </Alert>
      )}
      <div>
        <Header variant="h3" headingTagOverride={columns === 3 ? 'h2' : 'h3'}>
          Its story
        </Header>
        <Refusal
          refusal={story.refusal}
          header="Its story is not shown"
          onRetry={() => story.reload()}
        />
        {story.isLoading && story.value === undefined && <Spinner />}
        {story.value !== undefined && <Story steps={story.value.steps} />}
      </div>
      <KeyValuePairs columns={columns} items={pairsOf(event)} />
      <div>
        <Header variant="h3" headingTagOverride={columns === 3 ? 'h2' : 'h3'}>
          See also
        </Header>
        <SpaceBetween size="xxs">
          {linksOf(event).map(({ to, text }) => (
            <RouteLink key={to} to={to}>
              {text}
            </RouteLink>
          ))}
        </SpaceBetween>
      </div>
      <RecordJson record={event.record} />
    </SpaceBetween>
  )
}

const WRONG: readonly string[] = ['denied', 'failed', 'refused', 'alarm']

function pairsOf(event: EventView) {
  const { record, time, who, sourceAddress, instanceId, instanceName, osUser, fingerprint } = event
  const copyable = (what: string, text: string | undefined) =>
    text === undefined
      ? []
      : [{ label: what, value: <Copyable text={text} what={`the ${what}`} /> }]
  const plain = (label: string, text: string | undefined) =>
    text === undefined || text === '' ? [] : [{ label, value: text }]
  return [
    { label: 'Event time', value: <TimeText seconds={time} /> },
    { label: 'Outcome', value: <OutcomeIndicator event={event} wraps /> },
    { label: 'User name', value: who },
    ...plain('Source IP address', sourceAddress),
    ...plain('User agent', record.userAgent),
    ...plain('Instance', instanceId && [instanceName, instanceId].filter(Boolean).join(' · ')),
    ...plain('OS user', osUser),
    ...copyable('SSH key fingerprint', fingerprint),
    { label: 'Event source', value: record.eventSource },
    { label: 'Read-only', value: String(record.readOnly) },
    ...copyable('Request ID', event.requestId),
    ...copyable('Event ID', event.eventId),
    {
      label: 'Place in the trail',
      value: (
        <Box>
          {event.seq} · <Copyable text={event.hash} what="the hash" />
        </Box>
      ),
    },
  ]
}
