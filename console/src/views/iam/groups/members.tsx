import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { ChooseUsers } from '../parts/choose-users.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { EntityTable } from '../parts/entity-table.tsx'
import { Refused } from '../parts/refused.tsx'
import { whenDone } from '../parts/when-done.ts'

/** Who is in a group. */
export function Members({ groupName: GroupName }: { readonly groupName: string }) {
  const listed = useListing<User>({ operation: 'GetGroup', member: 'Users', input: { GroupName } })
  const [selected, setSelected] = useState<readonly User[]>([])
  const [isAdding, setAdding] = useState(false)
  const removing = useAct(async () => {
    for (const { UserName } of selected) await iam('RemoveUserFromGroup', { GroupName, UserName })
  })
  const done = () => {
    setAdding(false)
    setSelected([])
    listed.reload()
  }
  return (
    <SpaceBetween size="s">
      <EntityTable<User>
        listed={listed}
        title="Users"
        selectionType="multi"
        selected={selected}
        onSelect={setSelected}
        nameOf={({ UserName }) => UserName}
        textOf={({ UserName }) => UserName}
        empty="Add users: what the group's policies say holds for them at once."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              disabled={selected.length === 0}
              loading={removing.isRunning}
              onClick={() => whenDone(removing.run(), done)}
            >
              Remove
            </Button>
            <Button onClick={() => setAdding(true)}>Add users</Button>
          </SpaceBetween>
        }
        columns={[
          {
            id: 'name',
            header: 'User name',
            sortingField: 'UserName',
            isRowHeader: true,
            cell: ({ UserName }) => (
              <RouteLink to={pageOf({ kind: 'user', name: UserName })}>{UserName}</RouteLink>
            ),
          },
          { id: 'arn', header: 'ARN', cell: ({ Arn }) => Arn },
        ]}
      />
      <Refused refusal={removing.refusal} header="Not removed" />
      {isAdding && (
        <AddMembers groupName={GroupName} onDone={done} onClose={() => setAdding(false)} />
      )}
    </SpaceBetween>
  )
}

function AddMembers({
  groupName: GroupName,
  onDone,
  onClose,
}: {
  readonly groupName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [chosen, setChosen] = useState<readonly User[]>([])
  const act = useAct(async () => {
    for (const { UserName } of chosen) await iam('AddUserToGroup', { GroupName, UserName })
  })
  return (
    <Dialog
      title={`Add users to ${GroupName}`}
      act="Add users"
      size="large"
      isRunning={act.isRunning}
      isDisabled={chosen.length === 0}
      refusal={act.refusal}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <ChooseUsers selected={chosen} onSelect={setChosen} />
    </Dialog>
  )
}
