import { escapeActing } from '@fleetkey/domain/acting-characters'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useSyncExternalStore } from 'react'
import { byteText } from './byte-words.ts'
import type { Transfer, Transfers } from './transfers.ts'

/** What is on its way, with how far it is; what failed, with why and a way to go on. */
export function TransferList({ transfers }: { readonly transfers: Transfers }) {
  const list = useSyncExternalStore(transfers.subscribe, transfers.list)
  if (list.length === 0) return undefined
  return (
    <SpaceBetween size="s">
      <SpaceBetween size="xs" direction="horizontal">
        <Box variant="h3">Transfers</Box>
        <Button variant="inline-link" onClick={() => transfers.tidy()}>
          Clear those that are over
        </Button>
      </SpaceBetween>
      {list.map((transfer) => (
        <TransferRow
          key={transfer.id}
          transfer={transfer}
          onCancel={() => transfers.cancel(transfer.id)}
          onResume={() => transfers.resume(transfer.id)}
        />
      ))}
    </SpaceBetween>
  )
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
  const { kind, path, size, done, state, refusal } = transfer
  const name = escapeActing(path.slice(path.lastIndexOf('/') + 1))
  const says = `${kind === 'upload' ? 'To' : 'From'} the host: ${name}`
  const progress = `${byteText(done)} of ${byteText(size)}`
  switch (state) {
    case 'waiting':
    case 'running':
      return (
        <SpaceBetween size="xxs">
          <ProgressBar
            label={says}
            value={size === 0 ? 100 : Math.min(100, (done / size) * 100)}
            additionalInfo={state === 'waiting' ? 'Waits for its turn' : progress}
          />
          <Button variant="inline-link" ariaLabel={`Cancel ${name}`} onClick={onCancel}>
            Cancel
          </Button>
        </SpaceBetween>
      )
    case 'done':
      return (
        <StatusIndicator type="success">
          {says} ({byteText(size)})
        </StatusIndicator>
      )
    case 'cancelled':
    case 'failed':
      return (
        <SpaceBetween size="xxs">
          <StatusIndicator type={state === 'failed' ? 'error' : 'stopped'}>
            {says}: {state === 'failed' ? refusal?.message : `cancelled at ${progress}`}
          </StatusIndicator>
          <Button variant="inline-link" ariaLabel={`Go on with ${name}`} onClick={onResume}>
            Go on
          </Button>
        </SpaceBetween>
      )
  }
}
