import { ApplyFault } from '@fleetkey/iam/apply/apply-fault'
import { Failure } from '../failure.ts'

const CAUSES = {
  file: 'usage',
  policy: 'policyFaulty',
  caller: 'refused',
  answer: 'badAnswer',
} as const

/** The commands that help, where one does. */
const COMMANDS: Readonly<Partial<Record<ApplyFault['kind'], string>>> = {
  file: 'See how such a file is written: fleetkey iam export',
  policy: 'See what is odd about a policy: fleetkey iam lint FILE',
}

/** Does it; a fault of apply's becomes a failure of the command. */
export async function faultsAsFailures<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof ApplyFault)) throw error
    const { kind, message, why, todo } = error
    const command = COMMANDS[kind]
    throw new Failure(CAUSES[kind], message, {
      why,
      todo: command === undefined ? todo : [...todo, command],
    })
  }
}
