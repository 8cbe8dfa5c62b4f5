import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Alert from '@cloudscape-design/components/alert'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { NOUNS, WORDS, type Holder } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import { nameProblem } from '../users/new-user.ts'
import { Dialog } from './dialog.tsx'
import { whenDone } from './when-done.ts'

/** Another name for a user or a group. */
export function RenameDialog({
  holder,
  onDone,
  onClose,
}: {
  readonly holder: Holder
  readonly onDone: (name: string) => void
  readonly onClose: () => void
}) {
  const noun = NOUNS[holder.kind]
  const [name, setName] = useState(holder.name)
  const act = useAct(() =>
    iam(`Update${noun}`, { [`${noun}Name`]: holder.name, [`New${noun}Name`]: name }),
  )
  const isTaken = act.refusal?.code === 'EntityAlreadyExists'
  const problem = nameProblem(name, holder.kind === 'group' ? 128 : 64)
  return (
    <Dialog
      title={`Rename the ${WORDS[holder.kind]} ${holder.name}`}
      act="Rename"
      isRunning={act.isRunning}
      isDisabled={name === '' || name === holder.name || problem !== undefined}
      refusal={isTaken ? undefined : act.refusal}
      onAct={() => whenDone(act.run(), () => onDone(name))}
      onClose={onClose}
    >
      <FormField label="New name" errorText={isTaken ? act.refusal?.message : problem}>
        <Input
          value={name}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => setName(detail.value.trim())}
        />
      </FormField>
      <Alert type="info">
        Its ARN changes with it: policies that name it by ARN no longer mean it. Everything else
        stays.
      </Alert>
    </Dialog>
  )
}
