import type { ComponentProps } from 'react'
import { CallsPreview } from '../editor/policy-preview.tsx'
import { StepsDialog } from './steps-dialog.tsx'

/** A question whose answer changes rights: what that changes is seen before the press, beside the button. */
export function RightsDialog(asked: Omit<ComponentProps<typeof StepsDialog>, 'before' | 'size'>) {
  const { steps } = asked
  return (
    <StepsDialog
      {...asked}
      size="large"
      before={steps.length > 0 && <CallsPreview calls={steps} />}
    />
  )
}
