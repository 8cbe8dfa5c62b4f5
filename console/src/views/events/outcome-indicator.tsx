import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import type { EventOutcome, EventView } from '../../events/trail-record.ts'

/** What became of it, and in a word why. */
export function OutcomeIndicator({
  event,
  wraps = false,
}: {
  readonly event: EventView
  /** Where it has no row to itself. */
  readonly wraps?: boolean
}) {
  const [type, text] = OUTCOMES[event.outcome]
  return (
    <StatusIndicator type={type} wrapText={wraps}>
      {event.reason ?? text}
    </StatusIndicator>
  )
}

const OUTCOMES: Readonly<Record<EventOutcome, readonly [StatusIndicatorProps.Type, string]>> = {
  begun: ['in-progress', 'Begun'],
  ok: ['success', 'Done'],
  denied: ['error', 'Denied'],
  failed: ['error', 'Failed'],
  refused: ['error', 'Refused by sshd'],
  alarm: ['warning', 'Alarm'],
  told: ['info', 'Reported'],
}
