import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { Progress, Step } from './steps.ts'
import { Refused } from './refused.tsx'

/** What is done of several calls, and what was refused. */
export function StepsReport({
  steps,
  progress: { done, refusal },
  isRunning,
  onRetry,
  onSkip,
}: {
  readonly steps: readonly Step[]
  readonly progress: Progress
  readonly isRunning: boolean
  readonly onRetry: () => void
  /** Leaves out what was refused. */
  readonly onSkip?: (() => void) | undefined
}) {
  return (
    <SpaceBetween size="s">
      {steps.map(({ says }, index) => (
        <StatusIndicator
          key={says}
          type={
            index < done
              ? 'success'
              : index > done
                ? 'pending'
                : isRunning
                  ? 'loading'
                  : refusal === undefined
                    ? 'pending'
                    : 'error'
          }
        >
          {says}
        </StatusIndicator>
      ))}
      <Refused refusal={refusal} onRetry={onRetry} />
      {refusal !== undefined && onSkip !== undefined && (
        <Button onClick={onSkip}>Leave this one out and go on</Button>
      )}
    </SpaceBetween>
  )
}
