import FormField from '@cloudscape-design/components/form-field'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import { useState } from 'react'
import { useAct } from '../../api/use-act.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { useFocusFirst } from '../../ui/use-focus-first.ts'
import { nameProblem } from './remote-path.ts'

/** Asks for a name in a folder: of a folder that is made, or another one of what is there. */
export function NewNameDialog({
  header,
  action,
  folder,
  before = '',
  taken,
  onName,
  onDone,
  onClose,
}: {
  readonly header: string
  /** On the button. */
  readonly action: string
  readonly folder: string
  /** What it is called now. */
  readonly before?: string
  readonly taken: readonly string[]
  readonly onName: (name: string) => Promise<void>
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const field = useFocusFirst<InputProps.Ref>()
  const [name, setName] = useState(before)
  const naming = useAct(onName)
  const problem = name === before ? undefined : nameProblem(name, taken)
  const submit = async () => {
    if (await naming.run(name)) onDone()
  }
  return (
    <FormDialog
      header={header}
      action={action}
      isRunning={naming.isRunning}
      isComplete={name !== '' && name !== before && problem === undefined}
      onSubmit={() => void submit()}
      onCancel={onClose}
    >
      <FormField
        label="Name"
        description={`In ${escapeActing(folder)}.`}
        errorText={name === '' ? undefined : problem}
      >
        <Input
          ref={field}
          value={name}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => setName(detail.value)}
        />
      </FormField>
      <Refusal refusal={naming.refusal} header="The host did not do it" />
    </FormDialog>
  )
}
