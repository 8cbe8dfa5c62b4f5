import { asRefusal, type ApiRefusal } from '../../../api/api-refusal.ts'

/** One of several calls that make something whole. */
export interface Step {
  /** What it does: `Add alice to the group sre`. */
  readonly says: string
  readonly operation: string
  readonly input: object
}

/** How far it is. */
export interface Progress {
  /** So many are done, from the first on. */
  readonly done: number
  /** Why the next one was refused, if it was. */
  readonly refusal: ApiRefusal | undefined
}

/** What stays undone, as a sentence behind another one; nothing where all was done. */
export const leftOutWords = (leftOut: readonly Step[]): string =>
  leftOut.length === 0 ? '' : ` Left out: ${leftOut.map(({ says }) => says).join('; ')}.`

/**
 * Takes the steps one after the other, from `from` on, and stops at the first refusal: taken up again there, nothing is done twice. Resolves
 * to how far it came.
 */
export async function takeSteps<One>(
  steps: readonly One[],
  from: number,
  take: (step: One) => Promise<unknown>,
): Promise<Progress> {
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at]
    if (step === undefined) break
    try {
      await take(step)
    } catch (error) {
      return { done: at, refusal: asRefusal(error) }
    }
  }
  return { done: steps.length, refusal: undefined }
}
