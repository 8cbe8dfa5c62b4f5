import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import type { User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { ChooseUsers } from '../parts/choose-users.tsx'
import { EntityTable } from '../parts/entity-table.tsx'
import { joinCall, leaveCall } from '../parts/rights-calls.ts'
import { RightsDialog } from '../parts/rights-dialog.tsx'

/** Who is in a group. */
export function Members({ groupName: GroupName }: { readonly groupName: string }) {
  const listed = useListing<User>({ operation: 'GetGroup', member: 'Users', input: { GroupName } })
  const [selected, setSelected] = useState<readonly User[]>([])
  const [open, setOpen] = useState<'add' | 'remove'>()
  const close = () => setOpen(undefined)
  const done = () => {
    close()
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
            <Button disabled={selected.length === 0} onClick={() => setOpen('remove')}>
              Remove
            </Button>
            <Button onClick={() => setOpen('add')}>Add users</Button>
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
      {open === 'add' && <AddMembers groupName={GroupName} onDone={done} onClose={close} />}
      {open === 'remove' && (
        <RightsDialog
          title={`Remove ${selected.length === 1 ? '1 user' : `${selected.length} users`} from ${GroupName}?`}
          act="Remove"
          steps={selected.map(({ UserName }) => leaveCall(GroupName, UserName))}
          onDone={done}
          onClose={close}
        >
          <Box>{selected.map(({ UserName }) => UserName).join(', ')}</Box>
        </RightsDialog>
      )}
    </SpaceBetween>
  )
}

function AddMembers({
  groupName,
  onDone,
  onClose,
}: {
  readonly groupName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [chosen, setChosen] = useState<readonly User[]>([])
  return (
    <RightsDialog
      title={`Add users to ${groupName}`}
      act="Add users"
      steps={chosen.map(({ UserName }) => joinCall(groupName, UserName))}
      onDone={onDone}
      onClose={onClose}
    >
      <ChooseUsers selected={chosen} onSelect={setChosen} />
    </RightsDialog>
  )
}
