import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { Flashes } from '../../ui/use-flashes.tsx'
import { sayChange } from './change-told.tsx'
import type { ListedGroup, ListedRule } from './listed-group.ts'
import { enforcedText, portText, protocolText, sourceText } from './rule-text.ts'
import { RulesEditor } from './rules-editor.tsx'

/** Who is let in, and the editor of that. */
export function RulesTab({
  group,
  flashes,
  onChanged,
}: {
  readonly group: ListedGroup
  readonly flashes: Flashes
  readonly onChanged: () => void
}) {
  const [isEditing, setEditing] = useState(false)
  if (isEditing) {
    return (
      <RulesEditor
        group={group}
        onCancel={() => setEditing(false)}
        onPartlyDone={onChanged}
        onDone={(change) => {
          setEditing(false)
          sayChange(flashes, `The inbound rules of ${group.name} are changed.`, change)
          onChanged()
        }}
      />
    )
  }
  const isDefault = group.mode === undefined
  return (
    <Table<ListedRule>
      items={group.rules}
      trackBy="ruleId"
      ariaLabels={{ tableLabel: 'Inbound rules' }}
      header={
        <Header
          variant="h2"
          counter={`(${group.rules.length})`}
          description="Hosts look at new connections to the port of their sshd, and at nothing else. What stands is never cut."
          actions={
            <Button disabled={isDefault} onClick={() => setEditing(true)}>
              Edit inbound rules
            </Button>
          }
        >
          Inbound rules
        </Header>
      }
      columnDefinitions={[
        { id: 'id', header: 'Rule ID', isRowHeader: true, cell: ({ ruleId }) => ruleId },
        { id: 'protocol', header: 'Protocol', cell: protocolText },
        { id: 'ports', header: 'Port range', cell: portText },
        { id: 'source', header: 'Source', cell: ({ source }) => sourceText(source) },
        { id: 'enforced', header: 'Enforced', cell: enforcedText },
        { id: 'about', header: 'Description', cell: ({ description }) => <bdi>{description}</bdi> },
      ]}
      empty={
        <EmptyState title="No rules">
          {group.mode === 'enforce'
            ? 'Nobody is let in to its instances but through tunnels of their agents.'
            : 'Nobody would be let in to its instances, once it is enforced.'}
        </EmptyState>
      }
    />
  )
}
