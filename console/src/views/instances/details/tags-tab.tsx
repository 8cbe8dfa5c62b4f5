import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import type { ListedInstance } from '../listed-instance.ts'

export function TagsTab({
  instance,
  onEdit,
}: {
  readonly instance: ListedInstance
  readonly onEdit: () => void
}) {
  const rows = [...instance.tags].map(([key, value]) => ({ key, value }))
  return (
    <Table
      items={rows}
      trackBy="key"
      wrapLines
      ariaLabels={{ tableLabel: 'Tags' }}
      header={
        <Header
          variant="h2"
          counter={`(${rows.length})`}
          description="By tags policies decide who may log in, and the tag Site says where an instance stands."
          actions={
            <Button disabled={instance.state === 'terminated'} onClick={onEdit}>
              Manage tags
            </Button>
          }
        >
          Tags
        </Header>
      }
      columnDefinitions={[
        {
          id: 'key',
          header: 'Key',
          isRowHeader: true,
          minWidth: 110,
          cell: ({ key }) => whole(key),
        },
        { id: 'value', header: 'Value', minWidth: 110, cell: ({ value }) => whole(value) },
      ]}
      empty="It has no tags."
    />
  )
}

/** Broken anywhere rather than cut: policies decide by each of its letters. */
const whole = (text: string) => <bdi style={{ overflowWrap: 'anywhere' }}>{text}</bdi>
