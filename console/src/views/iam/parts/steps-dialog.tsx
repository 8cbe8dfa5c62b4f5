import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'
import type { Step } from './steps.ts'
import { StepsReport } from './steps-report.tsx'
import { useSteps } from './use-steps.ts'

/** A question whose answer takes several calls: where one is refused, what is made is told, and the rest can be gone on with. */
export function StepsDialog({
  title,
  act,
  size = 'medium',
  steps,
  before,
  onDone,
  onClose,
  children,
}: {
  readonly title: string
  readonly act: string
  readonly size?: 'medium' | 'large'
  /** None while nothing is chosen. */
  readonly steps: readonly Step[]
  /** What is to be seen before the press. */
  readonly before?: ReactNode
  /** Something was made: what is shown is to be read again. */
  readonly onDone: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const { taken, isBegun, isRunning, run, leaveOut } = useSteps()
  const follow = async (made: Promise<unknown>) => {
    if ((await made) !== undefined) onDone()
  }
  return (
    <Dialog
      title={title}
      act={isBegun ? 'Try again' : act}
      cancel={isBegun ? 'Close' : 'Cancel'}
      size={size}
      isRunning={isRunning}
      isDisabled={steps.length === 0}
      refusal={isBegun ? undefined : taken?.refusal}
      before={!isBegun && before}
      onAct={() => void follow(run(steps))}
      onClose={isBegun ? onDone : onClose}
    >
      {isBegun && taken !== undefined ? (
        <StepsReport
          taken={taken}
          isRunning={isRunning}
          onLeaveOut={() => void follow(leaveOut())}
        />
      ) : (
        children
      )}
    </Dialog>
  )
}
