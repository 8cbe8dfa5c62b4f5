import { invalidInput } from '@fleetkey/domain/exceptions/iam'
import { describeStep } from '@fleetkey/iam/apply/describe-step'
import type { Account, Directory } from '@fleetkey/iam/apply/directory'
import { isPossible } from '@fleetkey/iam/apply/is-possible'
import { afterStep, type Step } from '@fleetkey/iam/apply/step'
import { takeTurns, type Turns } from './turns.ts'

/** The directory when all is done, in turns: each step copies what it changes, and a request has room for ten thousand. Throws InvalidInput. */
export async function afterSteps(
  steps: readonly Step[],
  directory: Directory,
  {
    refuses = () => false,
    turns = takeTurns(),
  }: {
    /** Whether that step could not be made. */
    readonly refuses?: (step: Step, now: Directory) => boolean
    readonly turns?: Pick<Turns, 'next'>
  } = {},
): Promise<Directory> {
  let now = directory
  for (const step of steps) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await turns.next()
    if (refuses(step, now)) {
      throw invalidInput(
        `This would be refused: ${describeStep(step, now).text}. Something that it names is not there, is there already, or is in use.`,
      )
    }
    now = afterStep(now, step)
  }
  return now
}

/** As the server would judge a call. */
export const refusedIn =
  (account: Account) =>
  (step: Step, now: Directory): boolean =>
    !isPossible(step, now, account)
