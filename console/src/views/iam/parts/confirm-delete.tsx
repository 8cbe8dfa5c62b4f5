import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { Refused } from './refused.tsx'

/** Asks before something is gone for good: its name must be typed. */
export function ConfirmDelete({
  name,
  what,
  consequences,
  onDelete,
  onDone,
  onClose,
}: {
  readonly name: string
  /** Which kind it is: `user`. */
  readonly what: string
  /** What goes with it. */
  readonly consequences: ReactNode
  readonly onDelete: () => Promise<unknown>
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  const act = useAct(onDelete)
  const press = async () => {
    if (typed === name && (await act.run())) onDone()
  }
  return (
    <Modal
      visible
      onDismiss={onClose}
      header={`Delete the ${what} ${name}?`}
      closeAriaLabel="Close"
      footer={
        <SpaceBetween size="s">
          {/* Beside the buttons, so that it is seen however long the rest is. */}
          <Refused refusal={act.refusal} header="It was not deleted" />
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={onClose}>
                Cancel
              </Button>
              <Button
                variant="primary"
                disabled={typed !== name}
                loading={act.isRunning}
                onClick={() => void press()}
              >
                Delete
              </Button>
            </SpaceBetween>
          </Box>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">This cannot be taken back.</Alert>
        {consequences}
        <FormField label={`To confirm, type ${name}`}>
          <Input
            value={typed}
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => setTyped(detail.value)}
            onKeyDown={({ detail }) => {
              if (detail.key === 'Enter') void press()
            }}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  )
}
