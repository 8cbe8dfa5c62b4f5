import type { TableProps } from '@cloudscape-design/components/table'
import type { EventView } from '../../events/trail-record.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { memoCells } from '../../ui/memo-cells.tsx'
import { Moment } from '../../ui/moment.tsx'
import { OutcomeIndicator } from './outcome-indicator.tsx'

type Column = TableProps.ColumnDefinition<EventView> & {
  readonly id: string
  readonly header: string
}

/** As CloudTrail's page has them, and what is asked here beside. */
export const EVENT_COLUMNS = memoCells<EventView, Column>([
  {
    id: 'name',
    header: 'Event name',
    isRowHeader: true,
    minWidth: 190,
    cell: ({ eventName, eventId }) => (
      <RouteLink to={`/events/${encodeURIComponent(eventId)}`}>{eventName}</RouteLink>
    ),
  },
  {
    id: 'time',
    header: 'Event time',
    minWidth: 185,
    cell: ({ time }) => <Moment seconds={time} />,
  },
  { id: 'who', header: 'User name', minWidth: 140, cell: ({ who }) => who },
  {
    id: 'outcome',
    header: 'Outcome',
    minWidth: 175,
    cell: (event) => <OutcomeIndicator event={event} />,
  },
  {
    id: 'instance',
    header: 'Instance',
    minWidth: 195,
    cell: ({ instanceId, instanceName }) =>
      instanceId === undefined ? (
        '–'
      ) : (
        <RouteLink to={`/instances/${encodeURIComponent(instanceId)}`}>
          {instanceName ?? instanceId}
        </RouteLink>
      ),
  },
  { id: 'os-user', header: 'OS user', minWidth: 100, cell: ({ osUser }) => osUser ?? '–' },
  {
    id: 'source-address',
    header: 'Source IP address',
    minWidth: 140,
    cell: ({ sourceAddress }) => sourceAddress ?? '–',
  },
  { id: 'says', header: 'Because', minWidth: 260, cell: ({ says }) => says[0] ?? '–' },
  { id: 'source', header: 'Event source', minWidth: 180, cell: ({ eventSource }) => eventSource },
  {
    id: 'fingerprint',
    header: 'SSH key fingerprint',
    minWidth: 220,
    cell: ({ fingerprint }) => fingerprint ?? '–',
  },
  { id: 'request-id', header: 'Request ID', minWidth: 200, cell: ({ requestId }) => requestId },
  { id: 'event-id', header: 'Event ID', minWidth: 200, cell: ({ eventId }) => eventId },
])

export const SHOWN_AT_FIRST: readonly string[] = [
  'name',
  'time',
  'who',
  'outcome',
  'instance',
  'os-user',
  'source-address',
]
