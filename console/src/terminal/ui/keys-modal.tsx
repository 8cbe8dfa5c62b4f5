import Modal from '@cloudscape-design/components/modal'
import { KEY_ACTS } from '../keys/key-act.ts'

/** Of tabs, while one has the focus. */
const TAB_KEYS = [
  { keys: 'ArrowLeft, ArrowRight', says: 'The tab beside it' },
  { keys: 'Shift+ArrowLeft, Shift+ArrowRight', says: 'Move the tab' },
  { keys: 'F2', says: 'Name the tab' },
  { keys: 'Delete', says: 'Close the tab' },
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
