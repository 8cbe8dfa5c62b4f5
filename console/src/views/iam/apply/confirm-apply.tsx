import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import type { PlannedStep } from '@fleetkey/iam/apply/planned-step'
import { Dialog } from '../parts/dialog.tsx'
import { counted, summaryOf } from './plan-words.ts'

/** More names nobody reads in a question. */
const SHOWN = 20

/** The last question: what is gone for good is named. */
export function ConfirmApply({
  steps,
  onApply,
  onClose,
}: {
  readonly steps: readonly PlannedStep[]
  readonly onApply: () => void
  readonly onClose: () => void
}) {
  const { deleted, worries } = summaryOf(steps)
  const left = deleted.length - SHOWN
  return (
    <Dialog
      title={`Apply ${counted(steps.length)}?`}
      act="Apply"
      isRunning={false}
      refusal={undefined}
      onAct={onApply}
      onClose={onClose}
    >
      <Box>
        They are made one after the other, and it stops at the first that is refused. Sessions that
        are open go on.
      </Box>
      {deleted.length > 0 && (
        <Alert type="warning" header={`${deleted.length} deleted for good`}>
          {deleted.slice(0, SHOWN).join(', ')}
          {left > 0 && `, and ${left} more`}
        </Alert>
      )}
      {worries > 0 && (
        <Alert type="warning">
          {`Policies in it have ${counted(worries, 'error')}: they say what nobody can have meant. Look at the plan.`}
        </Alert>
      )}
    </Dialog>
  )
}
