import Box from '@cloudscape-design/components/box'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { RefusalReference } from '../../../ui/refusal-reference.tsx'
import { mendOf } from '../api/mend.ts'
import type { BulkItem } from './bulk-delete.tsx'
import type { BulkOutcome } from './use-bulk-delete.ts'

/** Each of several that are deleted together, and what became of it. */
export function BulkRows({
  header,
  items,
  outcomes,
}: {
  readonly header: string
  readonly items: readonly BulkItem[]
  readonly outcomes: ReadonlyMap<string, BulkOutcome>
}) {
  return (
    <div style={{ maxHeight: '40vh', overflowY: 'auto' }}>
      <Table<BulkItem>
        variant="embedded"
        wrapLines
        items={items}
        trackBy="name"
        ariaLabels={{ tableLabel: 'What is deleted' }}
        columnDefinitions={[
          {
            id: 'name',
            header: header.charAt(0).toUpperCase() + header.slice(1),
            isRowHeader: true,
            cell: ({ name }) => name,
          },
          ...(outcomes.size === 0
            ? []
            : [
                {
                  id: 'result',
                  header: 'Result',
                  cell: ({ name }: BulkItem) => <Outcome outcome={outcomes.get(name)} />,
                },
              ]),
        ]}
      />
    </div>
  )
}

function Outcome({ outcome }: { readonly outcome: BulkOutcome | undefined }) {
  switch (outcome?.kind) {
    case undefined:
      return <StatusIndicator type="pending">Waiting</StatusIndicator>
    case 'running':
      return <StatusIndicator type="loading">Deleting</StatusIndicator>
    case 'deleted':
      return <StatusIndicator type="success">Deleted</StatusIndicator>
    case 'refused': {
      const { refusal } = outcome
      return (
        <>
          <StatusIndicator type="error">
            <span style={{ wordBreak: 'normal', overflowWrap: 'anywhere' }}>{refusal.message}</span>
          </StatusIndicator>
          <Box variant="p">{mendOf(refusal)}</Box>
          <RefusalReference code={refusal.code} requestId={refusal.requestId} />
        </>
      )
    }
  }
}
