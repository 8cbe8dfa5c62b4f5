import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Group } from '../api/shapes.ts'
import { ChooseGroups } from '../parts/choose-groups.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { groupsOf } from '../parts/held-policies.ts'
import { Refused } from '../parts/refused.tsx'
import { whenDone } from '../parts/when-done.ts'

/** Which groups a user is in. */
export function UserGroups({ userName: UserName }: { readonly userName: string }) {
  const { value, refusal, reload } = useAnswer(`member ${UserName}`, (signal) =>
    groupsOf(UserName, signal),
  )
  const [selected, setSelected] = useState<readonly Group[]>([])
  const [isAdding, setAdding] = useState(false)
  const removing = useAct(async () => {
    for (const { GroupName } of selected) await iam('RemoveUserFromGroup', { GroupName, UserName })
  })
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The groups cannot be shown" onRetry={reload} />
  }
  const done = () => {
    setAdding(false)
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
                <Button
                  disabled={selected.length === 0}
                  loading={removing.isRunning}
                  onClick={() => whenDone(removing.run(), done)}
                >
                  Remove from groups
                </Button>
                <Button onClick={() => setAdding(true)}>Add to groups</Button>
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
      <Refused refusal={removing.refusal} header="Not removed" />
      {isAdding && (
        <AddToGroups userName={UserName} onDone={done} onClose={() => setAdding(false)} />
      )}
    </SpaceBetween>
  )
}

function AddToGroups({
  userName: UserName,
  onDone,
  onClose,
}: {
  readonly userName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [chosen, setChosen] = useState<readonly Group[]>([])
  const act = useAct(async () => {
    for (const { GroupName } of chosen) await iam('AddUserToGroup', { GroupName, UserName })
  })
  return (
    <Dialog
      title={`Add ${UserName} to groups`}
      act="Add to groups"
      size="large"
      isRunning={act.isRunning}
      isDisabled={chosen.length === 0}
      refusal={act.refusal}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <ChooseGroups selected={chosen} onSelect={setChosen} />
    </Dialog>
  )
}
