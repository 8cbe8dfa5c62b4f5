import { escapeActing } from '@fleetkey/domain/acting-characters'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import LiveRegion from '@cloudscape-design/components/live-region'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useSyncExternalStore } from 'react'
import { byteText } from '@fleetkey/domain/byte-text'
import type { Transfer, Transfers } from './transfers.ts'

/** Rows at a time: somebody may drop thousands. */
const SHOWN = 20

/** What is on its way, with how far it is; what failed, with why and a way to go on. */
export function TransferList({ transfers }: { readonly transfers: Transfers }) {
  const list = useSyncExternalStore(transfers.subscribe, transfers.list)
  if (list.length === 0) return undefined
  const count = (...states: readonly Transfer['state'][]) =>
    list.filter(({ state }) => states.includes(state)).length
  const moving = count('running', 'waiting')
  const broken = count('failed', 'cancelled')
  const shown = list.toSorted((one, other) => ORDER[one.state] - ORDER[other.state]).slice(0, SHOWN)
  return (
    <SpaceBetween size="s">
      <SpaceBetween size="xs" direction="horizontal">
        <Box variant="h3">Transfers</Box>
        {moving > 1 && (
          <Button variant="inline-link" onClick={() => transfers.cancelAll()}>
            Cancel all
          </Button>
        )}
        {broken > 1 && (
          <Button variant="inline-link" onClick={() => transfers.resumeAll()}>
            Go on with all
          </Button>
        )}
        {moving < list.length && (
          <Button variant="inline-link" onClick={() => transfers.tidy()}>
            Clear those that are over
          </Button>
        )}
      </SpaceBetween>
      <LiveRegion>
        {`${count('done')} of ${list.length} done`}
        {broken > 0 && `, ${broken} broken off`}
      </LiveRegion>
      {shown.map((transfer) => (
        <TransferRow
          key={transfer.id}
          transfer={transfer}
          onCancel={() => transfers.cancel(transfer.id)}
          onResume={() => transfers.resume(transfer.id)}
        />
      ))}
      {list.length > SHOWN && <Box color="text-body-secondary">and {list.length - SHOWN} more</Box>}
    </SpaceBetween>
  )
}

/** What somebody may have to do something about comes first. */
const ORDER: Readonly<Record<Transfer['state'], number>> = {
  running: 0,
  failed: 1,
  cancelled: 2,
  waiting: 3,
  done: 4,
}

function TransferRow({
  transfer,
  onCancel,
  onResume,
}: {
  readonly transfer: Transfer
  readonly onCancel: () => void
  readonly onResume: () => void
}) {
  const { kind, path, size, done, state, refusal, notes } = transfer
  const name = escapeActing(path.slice(path.lastIndexOf('/') + 1))
  const says = `${kind === 'upload' ? 'To' : 'From'} the host: ${name}`
  // Of an archive it is known only about how large it will be.
  const whole =
    size === undefined ? 'so far' : `of ${kind === 'archive' ? 'about ' : ''}${byteText(size)}`
  const progress = `${byteText(done)} ${whole}`
  switch (state) {
    case 'waiting':
    case 'running':
      return (
        <SpaceBetween size="xxs">
          <ProgressBar
            label={says}
            value={partOf(done, size)}
            additionalInfo={state === 'waiting' ? 'Waits for its turn' : progress}
          />
          <Button variant="inline-link" ariaLabel={`Cancel ${name}`} onClick={onCancel}>
            Cancel
          </Button>
        </SpaceBetween>
      )
    case 'done':
      return (
        <>
          <StatusIndicator type={notes.length > 0 && kind !== 'upload' ? 'warning' : 'success'}>
            {says} ({byteText(done)})
          </StatusIndicator>
          {notes.length > 0 && (
            <ul className="terminal-names" aria-label={`About ${name}`}>
              {notes.map((note) => (
                <li key={note}>{escapeActing(note)}</li>
              ))}
            </ul>
          )}
        </>
      )
    case 'cancelled':
    case 'failed': {
      const again = kind === 'archive' ? 'Begin again' : 'Go on'
      // There is nothing to go on with: it says to choose it again.
      const isChanged = state === 'failed' && refusal?.code === 'FileChanged'
      return (
        <SpaceBetween size="xxs">
          <StatusIndicator type={state === 'failed' ? 'error' : 'stopped'}>
            {says}: {state === 'failed' ? refusal?.message : `cancelled at ${progress}.`}
            {kind === 'upload' && done > 0 && !isChanged && ` ${LEFT_THERE}`}
          </StatusIndicator>
          {!isChanged && (
            <Button variant="inline-link" ariaLabel={`${again} with ${name}`} onClick={onResume}>
              {again}
            </Button>
          )}
        </SpaceBetween>
      )
    }
  }
}

const LEFT_THERE =
  'What came so far waits on the host in a hidden file, until you go on or clear it. After a reload of this page, choose the same file for the same folder: it goes on there.'

function partOf(done: number, size: number | undefined): number {
  if (size === undefined) return 0
  return size === 0 ? 100 : Math.min(100, (done / size) * 100)
}
