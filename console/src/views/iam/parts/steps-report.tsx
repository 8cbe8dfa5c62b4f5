import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import { Refused } from './refused.tsx'
import type { Step } from './steps.ts'
import type { Taken } from './use-steps.ts'

/** What is done of several calls, what was refused, and what was left out. */
export function StepsReport({
  taken,
  isRunning,
  onRetry,
  onLeaveOut,
}: {
  readonly taken: Taken
  readonly isRunning: boolean
  readonly onRetry?: () => void
  /** Goes on without what was refused. */
  readonly onLeaveOut?: (() => void) | undefined
}) {
  const { steps, refusal, leftOut } = taken
  return (
    <SpaceBetween size="s">
      {steps.map((step) => (
        <StatusIndicator key={JSON.stringify(step)} type={typeOf(step, taken, isRunning)}>
          {leftOut.includes(step) ? `${step.says}: left out` : step.says}
        </StatusIndicator>
      ))}
      <Refused refusal={refusal} {...(onRetry !== undefined && { onRetry })} />
      {refusal !== undefined && onLeaveOut !== undefined && (
        <Button onClick={onLeaveOut}>Leave this one out and go on</Button>
      )}
    </SpaceBetween>
  )
}

function typeOf(
  step: Step,
  { steps, done, refusal, leftOut }: Taken,
  isRunning: boolean,
): StatusIndicatorProps.Type {
  if (leftOut.includes(step)) return 'stopped'
  const index = steps.indexOf(step)
  if (index < done) return 'success'
  if (index > done) return 'pending'
  if (isRunning) return 'loading'
  return refusal === undefined ? 'pending' : 'error'
}
