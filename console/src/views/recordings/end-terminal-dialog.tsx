import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'

/** Ending somebody's terminal kills what runs in it. */
export function EndTerminalDialog({
  who,
  isRunning,
  onEnd,
  onCancel,
}: {
  readonly who: string
  readonly isRunning: boolean
  readonly onEnd: () => void
  readonly onCancel: () => void
}) {
  return (
    <Modal
      visible
      header="End the terminal?"
      onDismiss={onCancel}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" loading={isRunning} onClick={onEnd}>
              End
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      The shell of {who} ends, with what runs in it. They are told who ended it.
    </Modal>
  )
}
