import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { escapeActing } from '@fleetkey/domain/acting-characters'

const SHOWN = 20

/** Asks before files of the host are replaced, by their names. */
export function ReplaceDialog({
  folder,
  paths,
  onReplace,
  onKeep,
  onCancel,
}: {
  readonly folder: string
  /** From that folder on. */
  readonly paths: readonly string[]
  readonly onReplace: () => void
  /** Sends the others. */
  readonly onKeep: () => void
  /** Sends none. */
  readonly onCancel: () => void
}) {
  return (
    <Modal
      visible
      header={paths.length === 1 ? 'Replace what is there?' : `Replace ${paths.length} files?`}
      closeAriaLabel="Close"
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onKeep}>
              {paths.length === 1 ? 'Keep it' : 'Keep them'}
            </Button>
            <Button variant="primary" onClick={onReplace}>
              Replace
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <Box>
        <b>{escapeActing(folder)}</b> has these already. What is in them is lost when they are
        replaced; the others are sent either way.
      </Box>
      <ul className="terminal-names" aria-label="What would be replaced">
        {paths.slice(0, SHOWN).map((path) => (
          <li key={path}>{escapeActing(path)}</li>
        ))}
        {paths.length > SHOWN && <li>and {paths.length - SHOWN} more</li>}
      </ul>
    </Modal>
  )
}
