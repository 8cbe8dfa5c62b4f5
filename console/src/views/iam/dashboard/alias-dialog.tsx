import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { iam } from '../api/iam.ts'
import { Dialog } from '../parts/dialog.tsx'
import { whenDone } from '../parts/when-done.ts'

/** A name for the account, beside its number. Left empty, it has none. */
export function AliasDialog({
  alias,
  onDone,
  onClose,
}: {
  readonly alias: string | undefined
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [chosen, setChosen] = useState(alias ?? '')
  const act = useAct(() =>
    chosen === ''
      ? iam('DeleteAccountAlias', { AccountAlias: alias })
      : iam('CreateAccountAlias', { AccountAlias: chosen }),
  )
  return (
    <Dialog
      title={alias === undefined ? 'Create an account alias' : 'Edit the account alias'}
      act={chosen === '' && alias !== undefined ? 'Delete alias' : 'Save changes'}
      isRunning={act.isRunning}
      refusal={act.refusal}
      isDisabled={chosen === (alias ?? '')}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <FormField
        label="Preferred alias"
        description="People know the account by it: aws iam list-account-aliases shows it."
        constraintText="3 to 63 characters: a–z, 0–9, and single hyphens between them."
      >
        <Input
          value={chosen}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => setChosen(detail.value)}
        />
      </FormField>
    </Dialog>
  )
}
