import { lintPolicy, type NamedFinding } from '../lint/lint-policy.ts'
import { parsePolicyDocument } from '../policy-document.ts'
import { describeStep, type Description } from './describe-step.ts'
import type { Account, Directory } from './directory.ts'
import type { WantedFile } from './parse-file.ts'
import { planSteps } from './plan.ts'
import { afterStep, type Step } from './step.ts'
import { wantedDirectory } from './wanted.ts'

/** A step as people see it. */
export interface PlannedStep {
  readonly step: Step
  /** The directory that it is made in. */
  readonly now: Directory
  readonly description: Description
  readonly findings: readonly NamedFinding[]
}

/**
 * What makes the account as the file says, in the order in which it is done.
 * @throws ApplyFault `file` for what cannot be, `caller` where the caller stands in the way
 */
export function planFile(
  now: Directory,
  file: WantedFile,
  options: { readonly account: Account; readonly prune: boolean },
): readonly PlannedStep[] {
  const { account } = options
  const steps = planSteps(now, wantedDirectory(now, file, options), account)
  return plannedSteps(now, steps, account)
}

function plannedSteps(
  before: Directory,
  steps: readonly Step[],
  account: Account,
): readonly PlannedStep[] {
  let now = before
  return steps.map((step) => {
    const description = describeStep(step, now)
    const planned = { step, now, description, findings: lints(description, account) }
    now = afterStep(now, step)
    return planned
  })
}

/** What a policy that is put says otherwise than it seems. */
function lints({ document }: Description, { accountId }: Account): readonly NamedFinding[] {
  if (document === undefined) return []
  const { kind, after } = document
  return lintPolicy({
    document: parsePolicyDocument(after.text, kind),
    kind,
    home: { accountId },
  })
}
