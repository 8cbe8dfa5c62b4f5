import type { ReactNode } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { iam } from '../api/iam.ts'
import { CallsPreview } from '../editor/policy-preview.tsx'
import { Dialog } from './dialog.tsx'
import type { RightsCall } from './rights-calls.ts'
import { whenDone } from './when-done.ts'

/** A question whose answer changes rights: what that changes is seen before the press, beside the button. */
export function RightsDialog({
  title,
  act,
  calls,
  onDone,
  onClose,
  children,
}: {
  readonly title: string
  readonly act: string
  /** None while nothing is chosen. */
  readonly calls: readonly RightsCall[]
  readonly onDone: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const making = useAct(async () => {
    // One after the other: of two refusals the first one is told, and what went well before stays.
    for (const { operation, input } of calls) {
      // oxlint-disable-next-line no-await-in-loop
      await iam(operation, input)
    }
  })
  return (
    <Dialog
      title={title}
      act={act}
      size="large"
      isRunning={making.isRunning}
      isDisabled={calls.length === 0}
      refusal={making.refusal}
      before={calls.length > 0 && <CallsPreview calls={calls} />}
      onAct={() => whenDone(making.run(), onDone)}
      onClose={onClose}
    >
      {children}
    </Dialog>
  )
}
