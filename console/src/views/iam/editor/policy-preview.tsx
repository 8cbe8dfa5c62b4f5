import { useAnswer } from '../../../api/use-answer.ts'
import { call } from '../../../api/call.ts'
import { useSettled } from '../../../ui/use-settled.ts'
import type { RightsCall } from '../parts/rights-calls.ts'
import { ChangePreview } from './change-preview.tsx'
import type { Preview } from './preview-change.ts'

/** Who would gain and who lose which login by a change of a policy, before it is made. */
export function PolicyPreview({
  target,
  document,
}: {
  /** Which policy: `PolicyArn`, or `PolicyName` with whose it is. */
  readonly target: object
  /** Its new text; undefined: as if it were gone. */
  readonly document: string | undefined
}) {
  return (
    <Asked input={{ ...target, ...(document !== undefined && { PolicyDocument: document }) }} />
  )
}

/** The same of calls, taken together in their order: those that are made on the press. Nothing while there are none. */
export function CallsPreview({ calls }: { readonly calls: readonly RightsCall[] }) {
  // Each question is on record: not one for every box that is ticked, nor for every letter of a name.
  const settled = useSettled(questionOf(calls))
  if (calls.length === 0 || settled === NO_CALLS) return undefined
  return <Asked input={JSON.parse(settled) as object} />
}

const questionOf = (calls: readonly RightsCall[]): string =>
  JSON.stringify({
    Calls: calls.map(({ operation, input }) => ({ Operation: operation, Input: input })),
  })

const NO_CALLS = questionOf([])

function Asked({ input }: { readonly input: object }) {
  const { value, refusal, reload } = useAnswer(JSON.stringify(input), (signal) =>
    call<Preview>('fleetkey', 'PreviewPolicyChange', input, signal),
  )
  return <ChangePreview preview={value} refusal={refusal} onRetry={reload} />
}
