import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import type { Group } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { Ago } from '../parts/ago.tsx'
import { BulkDelete } from '../parts/bulk-delete.tsx'
import { EntityTable } from '../parts/entity-table.tsx'
import { Said } from '../parts/said.tsx'
import { useDeletion } from '../parts/use-deletion.ts'
import { DeleteGroup } from './delete-group.tsx'

/** Users who get the same policies. */
export function Groups() {
  const navigate = useNavigate()
  const listed = useListing<Group>({ operation: 'ListGroups', member: 'Groups' })
  const deletion = useDeletion<Group>(listed)
  const { selected } = deletion
  useEffect(() => {
    document.title = 'User groups · Fleetkey'
  }, [])
  return (
    <SpaceBetween size="m">
      <Said />
      <EntityTable<Group>
        listed={listed}
        title="User groups"
        variant="full-page"
        description="Users who get the same policies: easier to look after than policies at each user."
        selectionType="multi"
        selected={selected}
        onSelect={deletion.select}
        nameOf={({ GroupName }) => GroupName}
        textOf={({ GroupName, Arn }) => `${GroupName} ${Arn}`}
        empty="Create one for each thing that people do: on call, deployers, auditors."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={deletion.ask}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => void navigate('/iam/create-group')}>
              Create group
            </Button>
          </SpaceBetween>
        }
        columns={[
          {
            id: 'name',
            header: 'Group name',
            sortingField: 'GroupName',
            isRowHeader: true,
            cell: ({ GroupName }) => (
              <RouteLink to={pageOf({ kind: 'group', name: GroupName })}>{GroupName}</RouteLink>
            ),
          },
          { id: 'path', header: 'Path', sortingField: 'Path', cell: ({ Path }) => Path },
          {
            id: 'created',
            header: 'Created',
            sortingField: 'CreateDate',
            cell: ({ CreateDate }) => <Ago seconds={CreateDate} />,
          },
        ]}
      />
      {deletion.isOfSeveral && (
        <BulkDelete
          noun={['user group', 'user groups']}
          items={selected.map(({ GroupName }) => ({
            name: GroupName,
            call: { operation: 'DeleteGroup', input: { GroupName } },
          }))}
          means="With each go its memberships and inline policies. Its users stay."
          onClose={deletion.end}
        />
      )}
      {deletion.one !== undefined && (
        <DeleteGroup
          groupName={deletion.one.GroupName}
          onClose={() => deletion.end(false)}
          onDone={() => deletion.end(true)}
        />
      )}
    </SpaceBetween>
  )
}
