import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'

/** Fields in a dialog, sent by the button or by Enter. */
export function FormDialog({
  header,
  action,
  cancel = 'Cancel',
  isRunning,
  isComplete,
  children,
  onSubmit,
  onCancel,
}: {
  readonly header: string
  /** On the button. */
  readonly action: string
  /** On the other one. */
  readonly cancel?: string
  readonly isRunning: boolean
  readonly isComplete: boolean
  readonly children: ReactNode
  readonly onSubmit: () => void
  readonly onCancel: () => void
}) {
  const submit = () => {
    if (isComplete && !isRunning) onSubmit()
  }
  return (
    <Modal
      visible
      header={header}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              {cancel}
            </Button>
            <Button variant="primary" disabled={!isComplete} loading={isRunning} onClick={submit}>
              {action}
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
        <SpaceBetween size="m">{children}</SpaceBetween>
        {/* Enter sends a form of several fields only where it has a button (HTML, implicit submission): the one that is seen stands outside. */}
        <input type="submit" hidden />
      </form>
    </Modal>
  )
}
