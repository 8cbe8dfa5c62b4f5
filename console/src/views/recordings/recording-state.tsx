import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import type { RecordingState } from '../../recordings/recording.ts'

const SHOWN: Readonly<Record<RecordingState, readonly [StatusIndicatorProps.Type, string]>> = {
  running: ['in-progress', 'Running'],
  finished: ['success', 'Finished'],
  'cut-off': ['warning', 'Cut off'],
  failed: ['error', 'Failed'],
}

/** How far a recording is, and whether it is whole. */
export function RecordingStateText({ state }: { readonly state: RecordingState }) {
  const [type, text] = SHOWN[state]
  return <StatusIndicator type={type}>{text}</StatusIndicator>
}
