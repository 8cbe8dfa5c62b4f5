import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import LiveRegion from '@cloudscape-design/components/live-region'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { escapeActing } from '@fleetkey/domain/acting-characters'
import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { byteText } from '@fleetkey/domain/byte-text'
import { tallyText } from './byte-words.ts'
import type { GoneThrough, GoThrough } from './deletion.ts'
import { useDeletion, type Deletion } from './use-deletion.ts'

/** More names than these are no help to who decides. */
const SHOWN = 20

/** Asks before files and folders are gone, saying how much that is; what was not deleted is named with why. */
export function DeleteDialog({
  entries,
  folder,
  count,
  remove,
  onChanged,
  onClose,
}: {
  readonly entries: readonly FileEntry[]
  readonly folder: string
  readonly count: GoThrough
  readonly remove: GoThrough
  /** Some, or all, are gone. */
  readonly onChanged: () => void
  readonly onClose: () => void
}) {
  const { deletion, left, begin, stop } = useDeletion(entries, {
    count,
    remove,
    onChanged,
    onDone: onClose,
  })
  const isRunning = deletion.kind === 'deleting'
  const [first] = left
  const what =
    left.length === 1 && first !== undefined ? escapeActing(first.name) : `these ${left.length}`
  return (
    <FormDialog
      header={`Delete ${what}?`}
      action={deletion.kind === 'left' ? 'Try again' : 'Delete'}
      cancel={isRunning ? 'Stop' : 'Cancel'}
      isRunning={isRunning}
      isComplete={
        deletion.kind === 'left' ||
        (deletion.kind === 'asking' && deletion.found.refusal === undefined)
      }
      onSubmit={begin}
      onCancel={isRunning ? stop : onClose}
    >
      <Box>
        From <b>{escapeActing(folder)}</b>, for good: hosts have no bin to get them back from.
      </Box>
      <State deletion={deletion} />
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

function State({ deletion }: { readonly deletion: Deletion }) {
  switch (deletion.kind) {
    case 'counting':
      return (
        <StatusIndicator type="loading">
          Looking what is in it: {tallyText(deletion.soFar)} so far
        </StatusIndicator>
      )
    case 'asking': {
      const { refusal } = deletion.found
      if (refusal !== undefined) {
        return (
          <Alert type="error" header="It cannot be deleted here">
            {escapeActing(refusal.message)}
          </Alert>
        )
      }
      return (
        <>
          <LiveRegion>
            <Box variant="strong">{tallyText(deletion.found)} in all</Box>
          </LiveRegion>
          <Problems
            header="Not all of it could be looked into"
            type="warning"
            of={deletion.found}
          />
        </>
      )
    }
    case 'deleting': {
      const { soFar, of } = deletion
      const things = (of?.files ?? 0) + (of?.folders ?? 0)
      return (
        <ProgressBar
          label="Deleting"
          value={things === 0 ? 0 : Math.min(100, ((soFar.files + soFar.folders) / things) * 100)}
          additionalInfo={`${tallyText(soFar)} gone`}
        />
      )
    }
    case 'left': {
      const { came } = deletion
      const { isStopped, refusal } = came
      return (
        <>
          <Alert
            type={isStopped ? 'info' : 'error'}
            header={isStopped ? 'Stopped' : 'Not all of it was deleted'}
          >
            {refusal !== undefined && `${escapeActing(refusal.message)} `}
            {tallyText(came)} are gone{isStopped || refusal !== undefined ? ' at least' : ''}; the
            others are there still.
            {came.problemCount > 0 &&
              ' What is denied here, a terminal of an account that may can delete.'}
          </Alert>
          <Problems header="Not deleted" type="error" of={came} />
        </>
      )
    }
  }
}

function Problems({
  header,
  type,
  of: { problems, problemCount },
}: {
  readonly header: string
  readonly type: 'error' | 'warning'
  readonly of: GoneThrough
}) {
  if (problemCount === 0) return undefined
  const shown = problems.slice(0, SHOWN)
  return (
    <Alert type={type} header={header}>
      <ul className="terminal-names" aria-label={header}>
        {shown.map((says) => (
          <li key={says}>{escapeActing(says)}</li>
        ))}
        {problemCount > shown.length && <li>and {problemCount - shown.length} more</li>}
      </ul>
    </Alert>
  )
}

function lossOf({ kind, size }: FileEntry): string {
  switch (kind) {
    case 'file':
      return byteText(size)
    case 'folder':
      return 'a folder, with all that is in it'
    case 'link':
      return 'a link, not what it leads to'
    case 'other':
      return 'a socket, pipe or device'
  }
}
