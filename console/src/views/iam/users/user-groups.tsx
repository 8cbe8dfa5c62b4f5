import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import type { Group } from '../api/shapes.ts'
import { ChooseGroups } from '../parts/choose-groups.tsx'
import { groupsOf } from '../parts/held-policies.ts'
import { Refused } from '../parts/refused.tsx'
import { joinCall, leaveCall } from '../parts/rights-calls.ts'
import { RightsDialog } from '../parts/rights-dialog.tsx'

/** Which groups a user is in. */
export function UserGroups({ userName: UserName }: { readonly userName: string }) {
  const { value, refusal, reload } = useAnswer(`member ${UserName}`, (signal) =>
    groupsOf(UserName, signal),
  )
  const [selected, setSelected] = useState<readonly Group[]>([])
  const [open, setOpen] = useState<'add' | 'remove'>()
  const close = () => setOpen(undefined)
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The groups cannot be shown" onRetry={reload} />
  }
  const done = () => {
    close()
    setSelected([])
    reload()
  }
  return (
    <SpaceBetween size="s">
      <Table<Group>
        items={value ?? []}
        loading={value === undefined}
        loadingText="Asking for groups"
        trackBy="GroupName"
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: 'Groups',
          selectionGroupLabel: 'Selection',
          allItemsSelectionLabel: () => 'Select all groups',
          itemSelectionLabel: (_selection, { GroupName }) => `Select ${GroupName}`,
        }}
        header={
          <Header
            variant="h2"
            counter={value && `(${value.length})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={selected.length === 0} onClick={() => setOpen('remove')}>
                  Remove from groups
                </Button>
                <Button onClick={() => setOpen('add')}>Add to groups</Button>
              </SpaceBetween>
            }
          >
            Groups
          </Header>
        }
        empty={<EmptyState title="In no group" />}
        columnDefinitions={[
          {
            id: 'name',
            header: 'Group name',
            isRowHeader: true,
            cell: ({ GroupName }) => (
              <RouteLink to={pageOf({ kind: 'group', name: GroupName })}>{GroupName}</RouteLink>
            ),
          },
        ]}
      />
      {open === 'add' && <AddToGroups userName={UserName} onDone={done} onClose={close} />}
      {open === 'remove' && (
        <RightsDialog
          title={`Remove ${UserName} from ${selected.length === 1 ? '1 group' : `${selected.length} groups`}?`}
          act="Remove from groups"
          steps={selected.map(({ GroupName }) => leaveCall(GroupName, UserName))}
          onDone={done}
          onClose={close}
        >
          <Box>{selected.map(({ GroupName }) => GroupName).join(', ')}</Box>
        </RightsDialog>
      )}
    </SpaceBetween>
  )
}

function AddToGroups({
  userName,
  onDone,
  onClose,
}: {
  readonly userName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [chosen, setChosen] = useState<readonly Group[]>([])
  return (
    <RightsDialog
      title={`Add ${userName} to groups`}
      act="Add to groups"
      steps={chosen.map(({ GroupName }) => joinCall(GroupName, userName))}
      onDone={onDone}
      onClose={onClose}
    >
      <ChooseGroups selected={chosen} onSelect={setChosen} />
    </RightsDialog>
  )
}
