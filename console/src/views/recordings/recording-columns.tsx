import type { TableProps } from '@cloudscape-design/components/table'
import { clockText } from '../../recordings/clock-text.ts'
import type { ListedRecording } from '../../recordings/recording.ts'
import { memoCells } from '../../ui/memo-cells.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { localTime } from '../../ui/time-words.ts'
import { RecordingStateText } from './recording-state.tsx'

export const placeText = ({ InstanceName, InstanceId }: ListedRecording): string =>
  InstanceName ?? InstanceId

export const RECORDING_COLUMNS = memoCells<
  ListedRecording,
  TableProps.ColumnDefinition<ListedRecording>
>([
  {
    id: 'recording',
    header: 'Began',
    isRowHeader: true,
    width: 220,
    cell: (one) => (
      <RouteLink to={`/recordings/${one.RecordingId}`}>
        {localTime(new Date(one.StartedAt * 1000))}
      </RouteLink>
    ),
  },
  { id: 'who', header: 'User name', cell: ({ UserName }) => UserName },
  {
    id: 'instance',
    header: 'Instance',
    cell: (one) => <RouteLink to={`/instances/${one.InstanceId}`}>{placeText(one)}</RouteLink>,
  },
  { id: 'os-user', header: 'OS user', cell: ({ InstanceOSUser }) => InstanceOSUser },
  {
    id: 'length',
    header: 'Length',
    // Of one that runs it is how far it is written, which is not what anybody asks.
    cell: ({ Seconds, State }) =>
      Seconds === undefined || State === 'running' ? '–' : clockText(Seconds),
  },
  { id: 'state', header: 'State', cell: ({ State }) => <RecordingStateText state={State} /> },
  { id: 'because', header: 'Ended because', cell: ({ Because }) => Because ?? '–' },
])
