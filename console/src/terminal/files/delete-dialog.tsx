import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { useState } from 'react'
import { asRefusal } from '../../api/api-refusal.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { byteText } from './byte-words.ts'

/** More names than these are no help to who decides. */
const SHOWN = 20

interface Kept {
  readonly entry: FileEntry
  readonly why: string
}

/** Asks before files are gone, by their names; what was not deleted stays there with why. */
export function DeleteDialog({
  entries,
  folder,
  onDelete,
  onChanged,
  onClose,
}: {
  readonly entries: readonly FileEntry[]
  readonly folder: string
  readonly onDelete: (entry: FileEntry) => Promise<void>
  /** Some, or all, are gone. */
  readonly onChanged: () => void
  readonly onClose: () => void
}) {
  const [left, setLeft] = useState(entries)
  const [kept, setKept] = useState<readonly Kept[]>([])
  const [isRunning, setRunning] = useState(false)

  const run = async () => {
    setRunning(true)
    const refused: Kept[] = []
    for (const entry of left) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, each on record
        await onDelete(entry)
      } catch (error) {
        refused.push({ entry, why: asRefusal(error).message })
      }
    }
    setRunning(false)
    onChanged()
    setKept(refused)
    setLeft(refused.map(({ entry }) => entry))
    if (refused.length === 0) onClose()
  }

  const [first] = left
  const what =
    left.length === 1 && first !== undefined ? escapeActing(first.name) : `these ${left.length}`
  return (
    <FormDialog
      header={`Delete ${what}?`}
      action={kept.length > 0 ? 'Try again' : 'Delete'}
      isRunning={isRunning}
      isComplete={left.length > 0}
      onSubmit={() => void run()}
      onCancel={onClose}
    >
      {kept.length > 0 && (
        <Alert type="error" header={kept.length === 1 ? 'It was not deleted' : 'Not deleted'}>
          <ul>
            {kept.map(({ entry, why }) => (
              <li key={entry.name}>{why}</li>
            ))}
          </ul>
        </Alert>
      )}
      <Box>
        From <b>{escapeActing(folder)}</b>, for good: hosts have no bin to get them back from.
      </Box>
      <ul className="terminal-names" aria-label="What is deleted">
        {left.slice(0, SHOWN).map((entry) => (
          <li key={entry.name}>
            {escapeActing(entry.name)}
            <small>{lossOf(entry)}</small>
          </li>
        ))}
        {left.length > SHOWN && <li>and {left.length - SHOWN} more</li>}
      </ul>
    </FormDialog>
  )
}

function lossOf({ kind, size }: FileEntry): string {
  switch (kind) {
    case 'file':
      return byteText(size)
    case 'folder':
      return 'a folder, only if it is empty'
    case 'link':
      return 'a link, not what it leads to'
    case 'other':
      return 'a socket, pipe or device'
  }
}
