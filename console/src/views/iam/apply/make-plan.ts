import type { AccountCall, Ask } from '@fleetkey/iam/apply/account-call'
import { ApplyFault } from '@fleetkey/iam/apply/apply-fault'
import { callsOfStep } from '@fleetkey/iam/apply/calls-of-step'
import type { Account } from '@fleetkey/iam/apply/directory'
import { parseWantedFile } from '@fleetkey/iam/apply/parse-file'
import { planFile, type PlannedStep } from '@fleetkey/iam/apply/planned-step'
import { readDirectory } from '@fleetkey/iam/apply/read-directory'
import { fileOf } from '@fleetkey/iam/apply/write-file'
import { call } from '../../../api/call.ts'
import { findPolicyFile, type GivenFile } from './given-files.ts'

/** What is to be made of the account. */
export interface Wanted {
  readonly file: GivenFile
  /** Those that the file may name. */
  readonly policies: readonly GivenFile[]
  /** Also delete what the file does not name. */
  readonly prune: boolean
}

export interface Plan {
  readonly steps: readonly PlannedStep[]
  readonly account: Account
}

/** Reads the account as it is, and compares. Throws ApplyFault and ApiRefusal. */
export async function makePlan({ file, policies, prune }: Wanted): Promise<Plan> {
  const wanted = await parseWantedFile(file.text, {
    name: file.name,
    readFile: (path) => Promise.resolve(findPolicyFile(policies, path)),
  })
  const { directory, account } = await readDirectory(ask)
  return { steps: planFile(directory, wanted, { account, prune }), account }
}

/** The account as a file, without secrets: to begin with. */
export async function exportAccount(): Promise<string> {
  const { directory } = await readDirectory(ask)
  return fileOf(directory)
}

/** The calls of one step. */
export const callsOf = ({ step, now }: PlannedStep, account: Account): readonly AccountCall[] =>
  callsOfStep(step, { now, account })

export async function takeStep(step: PlannedStep, account: Account): Promise<void> {
  for (const one of callsOf(step, account)) {
    // oxlint-disable-next-line no-await-in-loop -- each must be done before the next is safe
    await ask(one)
  }
}

const ask: Ask = ({ service, operation, input }) => call(service, operation, input)

/** What is wrong, where it is the file's fault. */
export const faultOf = (error: unknown): ApplyFault | undefined =>
  error instanceof ApplyFault ? error : undefined
