import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input, { type InputProps } from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type ReactNode } from 'react'
import { useFocusFirst } from './use-focus-first.ts'

/** For what cannot be taken back: what it means, and a word to type. */
export function TypedConfirmation({
  header,
  word,
  action,
  children,
  means,
  isRunning,
  onConfirm,
  onCancel,
}: {
  readonly header: string
  /** What is to be typed. */
  readonly word: string
  /** On the button. */
  readonly action: string
  readonly children?: ReactNode
  readonly means: ReactNode
  readonly isRunning: boolean
  readonly onConfirm: () => void
  readonly onCancel: () => void
}) {
  const field = useFocusFirst<InputProps.Ref>()
  const [typed, setTyped] = useState('')
  const isTyped = typed.trim().toLowerCase() === word.toLowerCase()
  return (
    <Modal
      visible
      header={header}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!isTyped} loading={isRunning} onClick={onConfirm}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isTyped && !isRunning) onConfirm()
        }}
      >
        <SpaceBetween size="m">
          {children}
          <Alert type="warning">{means}</Alert>
          <FormField label={`To confirm, type ${word}`}>
            <Input
              ref={field}
              value={typed}
              onChange={({ detail }) => setTyped(detail.value)}
              placeholder={word}
              autoComplete={false}
            />
          </FormField>
        </SpaceBetween>
      </form>
    </Modal>
  )
}
