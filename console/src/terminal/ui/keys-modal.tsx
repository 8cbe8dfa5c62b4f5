import Modal from '@cloudscape-design/components/modal'
import { KEY_ACTS } from '../keys/key-act.ts'

/** Of tabs, while one has the focus. */
const TAB_KEYS = [
  { keys: 'ArrowLeft, ArrowRight', says: 'The tab beside it' },
  { keys: 'Shift+ArrowLeft, Shift+ArrowRight', says: 'Move the tab' },
  { keys: 'F2', says: 'Name the tab' },
  { keys: 'Delete', says: 'Close the tab' },
] as const

/** Of files, while a row has the focus. */
const FILE_KEYS = [
  { keys: 'ArrowUp, ArrowDown', says: 'The row above, below' },
  { keys: 'Enter', says: 'Open a folder, download a file' },
  { keys: 'Space', says: 'Choose, on the box of a row' },
  { keys: 'F2', says: 'Rename' },
  { keys: 'Delete', says: 'Delete, what is chosen or this row' },
  { keys: 'Backspace', says: 'The folder above' },
  { keys: 'Escape', says: 'Choose nothing; close the files' },
] as const

/** All keys that are not the shell's. */
export function KeysModal({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal
      visible
      header="Keyboard shortcuts"
      closeAriaLabel="Close"
      size="medium"
      onDismiss={onClose}
    >
      <h3>In the terminal</h3>
      <KeyList rows={KEY_ACTS} />
      <h3>On a tab</h3>
      <KeyList rows={TAB_KEYS} />
      <h3>In the files</h3>
      <KeyList rows={FILE_KEYS} />
    </Modal>
  )
}

function KeyList({
  rows,
}: {
  readonly rows: readonly { readonly keys: string; readonly says: string }[]
}) {
  return (
    <dl className="terminal-key-list">
      {rows.map(({ keys, says }) => (
        <div key={keys}>
          <dt>{keys}</dt>
          <dd>{says}</dd>
        </div>
      ))}
    </dl>
  )
}
