import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { nameProblem, type SavedFilter } from './saved-filters.ts'
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
  const [isTried, setTried] = useState(false)
  const problem = nameProblem(name, saved)
  const replaces = saved.some((each) => each.name === name.trim())
  const submit = () => (problem === undefined ? onSave(name) : setTried(true))
  return (
    <Modal
      visible
      header="Save this filter"
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" onClick={submit}>
              {replaces ? 'Replace' : 'Save'}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Form>
          <FormField
            label="Name"
            description="Kept in this browser only. To share a filter, send the address of the page."
            errorText={isTried ? problem : undefined}
          >
            <Input ref={field} value={name} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
        </Form>
      </form>
    </Modal>
  )
}
