import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { iam } from '../api/iam.ts'
import type { Role } from '../api/shapes.ts'
import { Dialog } from '../parts/dialog.tsx'
import { SESSION_SPANS } from './new-role.ts'
import { whenDone } from '../parts/when-done.ts'

/** The description of a role, and how long its sessions may last. */
export function EditRole({
  role: { RoleName, Description = '', MaxSessionDuration },
  onDone,
  onClose,
}: {
  readonly role: Role
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [description, setDescription] = useState(Description)
  const [seconds, setSeconds] = useState(String(MaxSessionDuration))
  const act = useAct(() =>
    iam('UpdateRole', {
      RoleName,
      Description: description,
      MaxSessionDuration: Number(seconds),
    }),
  )
  const known = SESSION_SPANS.find(({ value }) => value === seconds)
  return (
    <Dialog
      title={`Edit ${RoleName}`}
      act="Save"
      isRunning={act.isRunning}
      refusal={act.refusal}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <FormField label="Description">
        <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
      <FormField
        label="Maximum session duration"
        description="Sessions that run keep their end: revoke them if they should not."
      >
        <Select
          options={SESSION_SPANS}
          selectedOption={known ?? { value: seconds, label: `${seconds} seconds` }}
          onChange={({ detail }) => setSeconds(detail.selectedOption.value ?? seconds)}
        />
      </FormField>
    </Dialog>
  )
}
