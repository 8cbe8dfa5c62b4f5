import { useState } from 'react'
import { iam } from '../api/iam.ts'
import { takeSteps, type Progress, type Step } from './steps.ts'

/** Several calls that make something whole: how far they are. */
export interface StepsRun {
  /** Undefined until it was begun. */
  readonly progress: Progress | undefined
  readonly isRunning: boolean
  /** Resolves to whether all are done. */
  run(steps: readonly Step[], from?: number): Promise<boolean>
  forget(): void
}

export function useSteps(): StepsRun {
  const [progress, setProgress] = useState<Progress>()
  const [isRunning, setRunning] = useState(false)
  return {
    progress,
    isRunning,
    async run(steps, from = 0) {
      setRunning(true)
      setProgress({ done: from, refusal: undefined })
      let done = from
      const reached = await takeSteps(steps, from, async ({ operation, input }) => {
        await iam(operation, input)
        done += 1
        setProgress({ done, refusal: undefined })
      })
      setProgress(reached)
      setRunning(false)
      return reached.refusal === undefined
    },
    forget: () => setProgress(undefined),
  }
}
