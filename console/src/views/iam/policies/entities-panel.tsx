import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf, WORDS } from '../api/holder.ts'
import type { Policy } from '../api/shapes.ts'
import { Refused } from '../parts/refused.tsx'
import { removeCall } from '../parts/rights-calls.ts'
import { RightsDialog } from '../parts/rights-dialog.tsx'
import { AttachTo } from './attach-to.tsx'
import { policyUses, type PolicyUse } from './policy-entities.ts'

/** Who has a policy, and whose boundary it is. */
export function EntitiesPanel({
  policy: { Arn, PolicyName },
  onChanged,
}: {
  readonly policy: Policy
  readonly onChanged: () => void
}) {
  const { value, refusal, reload } = useAnswer(`uses ${Arn}`, (signal) => policyUses(Arn, signal))
  const [selected, setSelected] = useState<readonly PolicyUse[]>([])
  const [open, setOpen] = useState<'attach' | 'detach'>()
  const close = () => setOpen(undefined)
  const done = () => {
    close()
    setSelected([])
    reload()
    onChanged()
  }
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="Who has it cannot be shown" onRetry={reload} />
  }
  return (
    <SpaceBetween size="s">
      <Table<PolicyUse>
        items={value ?? []}
        loading={value === undefined}
        loadingText="Asking who has it"
        trackBy={({ holder, as }) => `${as} ${holder.kind} ${holder.name}`}
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        isItemDisabled={({ as }) => as === 'boundary'}
        ariaLabels={{
          tableLabel: 'Entities attached',
          selectionGroupLabel: 'Selection',
          allItemsSelectionLabel: () => 'Select all entities',
          itemSelectionLabel: (_selection, { holder }) => `Select ${holder.name}`,
        }}
        header={
          <Header
            variant="h2"
            counter={value && `(${value.length})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={selected.length === 0} onClick={() => setOpen('detach')}>
                  Detach
                </Button>
                <Button onClick={() => setOpen('attach')}>Attach</Button>
              </SpaceBetween>
            }
          >
            Entities attached
          </Header>
        }
        empty={<EmptyState title="Nobody has it" />}
        columnDefinitions={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            cell: ({ holder }) => <RouteLink to={pageOf(holder)}>{holder.name}</RouteLink>,
          },
          { id: 'kind', header: 'Type', cell: ({ holder }) => WORDS[holder.kind] },
          {
            id: 'as',
            header: 'Used as',
            cell: ({ as }) => (as === 'boundary' ? 'Permissions boundary' : 'Permissions policy'),
          },
        ]}
      />
      {open === 'attach' && (
        <AttachTo arn={Arn} policyName={PolicyName} onDone={done} onClose={close} />
      )}
      {open === 'detach' && (
        <RightsDialog
          title={`Detach ${PolicyName}?`}
          act="Detach"
          steps={selected.map(({ holder }) => removeCall({ name: PolicyName, arn: Arn, holder }))}
          onDone={done}
          onClose={close}
        >
          <Box>
            {`From ${selected.map(({ holder }) => `${WORDS[holder.kind]} ${holder.name}`).join(', ')}.`}
          </Box>
        </RightsDialog>
      )}
    </SpaceBetween>
  )
}
