import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import type { Group } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { Ago } from '../parts/ago.tsx'
import { BulkDelete } from '../parts/bulk-delete.tsx'
import { EntityTable } from '../parts/entity-table.tsx'
import { Said } from '../parts/said.tsx'
import { DeleteGroup } from './delete-group.tsx'

/** Users who get the same policies. */
export function Groups() {
  const navigate = useNavigate()
  const listed = useListing<Group>({ operation: 'ListGroups', member: 'Groups' })
  const [selected, setSelected] = useState<readonly Group[]>([])
  const [isDeleting, setDeleting] = useState(false)
  const [chosen] = selected
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
        onSelect={setSelected}
        nameOf={({ GroupName }) => GroupName}
        textOf={({ GroupName, Arn }) => `${GroupName} ${Arn}`}
        empty="Create one for each thing that people do: on call, deployers, auditors."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDeleting(true)}>
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
      {isDeleting && selected.length > 1 && (
        <BulkDelete
          noun={['user group', 'user groups']}
          items={selected.map(({ GroupName }) => ({
            name: GroupName,
            call: { operation: 'DeleteGroup', input: { GroupName } },
          }))}
          means="With each go its memberships and inline policies. Its users stay."
          onClose={(hasDeleted) => {
            setDeleting(false)
            if (!hasDeleted) return
            setSelected([])
            listed.reload()
          }}
        />
      )}
      {isDeleting && selected.length === 1 && chosen !== undefined && (
        <DeleteGroup
          groupName={chosen.GroupName}
          onClose={() => setDeleting(false)}
          onDone={() => {
            setDeleting(false)
            setSelected([])
            listed.reload()
          }}
        />
      )}
    </SpaceBetween>
  )
}
