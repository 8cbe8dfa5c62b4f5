import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import type { Role } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { Ago } from '../parts/ago.tsx'
import { BulkDelete } from '../parts/bulk-delete.tsx'
import { EntityTable } from '../parts/entity-table.tsx'
import { Said } from '../parts/said.tsx'
import { useDeletion } from '../parts/use-deletion.ts'
import { DeleteRole } from './delete-role.tsx'
import { trustedBy } from './trusted-by.ts'

/** What is taken for a while: by people who sign in elsewhere, by users, by other roles. */
export function Roles() {
  const navigate = useNavigate()
  const listed = useListing<Role>({ operation: 'ListRoles', member: 'Roles' })
  const deletion = useDeletion<Role>(listed)
  const { selected } = deletion
  useEffect(() => {
    document.title = 'Roles · Fleetkey'
  }, [])
  return (
    <SpaceBetween size="m">
      <Said />
      <EntityTable<Role>
        listed={listed}
        title="Roles"
        variant="full-page"
        description="Rights that are taken for a while: by who signs in at your identity provider, by users, by other roles."
        selectionType="multi"
        selected={selected}
        onSelect={deletion.select}
        nameOf={({ RoleName }) => RoleName}
        textOf={({ RoleName, Arn, Description = '' }) => `${RoleName} ${Arn} ${Description}`}
        empty="Create one for people who sign in at your identity provider."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={deletion.ask}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => void navigate('/iam/create-role')}>
              Create role
            </Button>
          </SpaceBetween>
        }
        columns={[
          {
            id: 'name',
            header: 'Role name',
            sortingField: 'RoleName',
            isRowHeader: true,
            cell: ({ RoleName }) => (
              <RouteLink to={pageOf({ kind: 'role', name: RoleName })}>{RoleName}</RouteLink>
            ),
          },
          {
            id: 'trusted',
            header: 'Trusted entities',
            cell: ({ AssumeRolePolicyDocument }) => trustedBy(AssumeRolePolicyDocument).join(', '),
          },
          {
            id: 'description',
            header: 'Description',
            cell: ({ Description = '–' }) => Description,
          },
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
          noun={['role', 'roles']}
          items={selected.map(({ RoleName }) => ({
            name: RoleName,
            call: { operation: 'DeleteRole', input: { RoleName } },
          }))}
          means="With each go its inline policies and its place in instance profiles, and its sessions end at once."
          onClose={deletion.end}
        />
      )}
      {deletion.one !== undefined && (
        <DeleteRole
          roleName={deletion.one.RoleName}
          onClose={() => deletion.end(false)}
          onDone={() => deletion.end(true)}
        />
      )}
    </SpaceBetween>
  )
}
