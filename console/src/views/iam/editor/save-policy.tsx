import ExpandableSection from '@cloudscape-design/components/expandable-section'
import { useEffect } from 'react'
import type { Act } from '../../../api/use-act.ts'
import { Dialog } from '../parts/dialog.tsx'
import { PolicyDiff } from './policy-diff.tsx'
import { isOfText } from './is-of-text.ts'
import { PolicyPreview } from './policy-preview.tsx'

/** Before a policy is saved: what is other in it, and who gains and loses what. */
export function SavePolicy({
  title,
  before,
  after,
  target,
  act,
  onSave,
  onClose,
}: {
  readonly title: string
  /** Undefined: there was none. */
  readonly before: string | undefined
  readonly after: string
  /** Which policy it is, for the preview; undefined where it decides about no login. */
  readonly target: object | undefined
  readonly act: Pick<Act<void>, 'isRunning' | 'refusal'>
  readonly onSave: () => void
  readonly onClose: () => void
}) {
  const { isRunning, refusal } = act
  // What is wrong with the text is shown at its place in the editor.
  const isMalformed = isOfText(refusal)
  useEffect(() => {
    if (isMalformed) onClose()
  }, [isMalformed, onClose])
  return (
    <Dialog
      title={title}
      act="Save"
      size="large"
      isRunning={isRunning}
      refusal={refusal}
      onAct={onSave}
      onClose={onClose}
    >
      {target !== undefined && <PolicyPreview target={target} document={after} />}
      {before !== undefined && (
        <ExpandableSection headerText="What is other in it" defaultExpanded>
          <PolicyDiff before={before} after={after} label="What is other in the policy" />
        </ExpandableSection>
      )}
    </Dialog>
  )
}
