import FormField from '@cloudscape-design/components/form-field'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import { useState } from 'react'
import { nameProblem, type SavedFilter } from './saved-filters.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { useFocusFirst } from '../../ui/use-focus-first.ts'

/** Asks for the name of a filter that is to be kept in this browser. */
export function SavedFilterDialog({
  saved,
  onSave,
  onCancel,
}: {
  readonly saved: readonly SavedFilter[]
  readonly onSave: (name: string) => void
  readonly onCancel: () => void
}) {
  const field = useFocusFirst<InputProps.Ref>()
  const [name, setName] = useState('')
  const problem = nameProblem(name, saved)
  const replaces = saved.some((each) => each.name === name.trim())
  return (
    <FormDialog
      header="Save this filter"
      action={replaces ? 'Replace' : 'Save'}
      isRunning={false}
      isComplete={problem === undefined}
      onSubmit={() => onSave(name)}
      onCancel={onCancel}
    >
      <FormField
        label="Name"
        description="Kept in this browser only. To share a filter, send the address of the page."
        errorText={name === '' ? undefined : problem}
      >
        <Input ref={field} value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </FormDialog>
  )
}
