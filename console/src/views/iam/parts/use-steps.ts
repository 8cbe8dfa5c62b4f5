import { useState } from 'react'
import { iam } from '../api/iam.ts'
import { takeSteps, type Progress, type Step } from './steps.ts'

/** How far several calls are that make something whole. */
export interface Taken extends Progress {
  /** As they were when they were begun: what is chosen on the page since then changes none of them. */
  readonly steps: readonly Step[]
  /** Those that were refused, and that somebody went on without. */
  readonly leftOut: readonly Step[]
}

/** Several calls that make something whole. */
export interface StepsRun {
  /** Undefined until it was begun. */
  readonly taken: Taken | undefined
  /** Whether something is made already: it stays made. */
  readonly isBegun: boolean
  readonly isRunning: boolean
  /** Begins, or goes on with those that it began with. Resolves to what was left out once all others are done; undefined where one was refused. */
  readonly run: (steps: readonly Step[]) => Promise<readonly Step[] | undefined>
  /** Goes on without the one that was refused. */
  readonly leaveOut: () => Promise<readonly Step[] | undefined>
  readonly forget: () => void
}

export function useSteps(): StepsRun {
  const [taken, setTaken] = useState<Taken>()
  const [isRunning, setRunning] = useState(false)
  const isBegun = taken !== undefined && taken.done > 0
  const goOn = async (from: Taken) => {
    setRunning(true)
    const tell = (progress: Progress) => setTaken({ ...from, ...progress })
    let { done } = from
    tell({ done, refusal: undefined })
    const reached = await takeSteps(from.steps, done, async ({ operation, input }) => {
      await iam(operation, input)
      done += 1
      tell({ done, refusal: undefined })
    })
    tell(reached)
    setRunning(false)
    return reached.refusal === undefined ? from.leftOut : undefined
  }
  return {
    taken,
    isBegun,
    isRunning,
    run: (steps) => goOn(isBegun ? taken : { steps, leftOut: [], done: 0, refusal: undefined }),
    leaveOut: async () => {
      const refused = taken?.steps[taken.done]
      if (taken === undefined || refused === undefined) return undefined
      return await goOn({
        ...taken,
        done: taken.done + 1,
        leftOut: [...taken.leftOut, refused],
      })
    },
    forget: () => setTaken(undefined),
  }
}
