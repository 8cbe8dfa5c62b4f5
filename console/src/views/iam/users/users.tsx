import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { useSession } from '../../../api/use-session.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { lastActivity, oldestActiveKey } from '../account/credential-report.ts'
import { useCredentialReport } from '../account/use-credential-report.ts'
import { pageOf } from '../api/holder.ts'
import type { User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { Ago } from '../parts/ago.tsx'
import { BulkDelete } from '../parts/bulk-delete.tsx'
import { EntityTable } from '../parts/entity-table.tsx'
import { Said } from '../parts/said.tsx'
import { useDeletion } from '../parts/use-deletion.ts'
import { DeleteUser } from './delete-user.tsx'
import { useGroupsByUser } from './use-groups-by-user.ts'

/** The people and programs with credentials of their own. */
export function Users() {
  const navigate = useNavigate()
  const listed = useListing<User>({ operation: 'ListUsers', member: 'Users' })
  const { value: report, refusal } = useCredentialReport()
  const groups = useGroupsByUser()
  const deletion = useDeletion<User>(listed)
  const { selected } = deletion
  useEffect(() => {
    document.title = 'Users · Fleetkey'
  }, [])
  const line = ({ UserName }: User) => report?.get(UserName)
  const session = useSession()
  // Whoever deletes themselves can delete nobody after.
  const others = selected.filter(({ Arn }) => Arn !== session?.principal.arn)
  /** `N/A` and what is not known sort last. */
  const order = (seconds: number | undefined) => seconds ?? 0
  return (
    <SpaceBetween size="m">
      <Said />
      <EntityTable<User>
        listed={listed}
        title="Users"
        variant="full-page"
        description={
          refusal === undefined
            ? 'People and programs with a password or keys of their own. Who signs in at your identity provider takes a role instead.'
            : 'Passwords, second factors and keys are not shown: you may not see the credential report (iam:GetCredentialReport).'
        }
        selectionType="multi"
        selected={selected}
        onSelect={deletion.select}
        nameOf={({ UserName }) => UserName}
        textOf={({ UserName, Arn }) => `${UserName} ${Arn}`}
        empty="Create the first one, or let people sign in at your identity provider."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={deletion.ask}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => void navigate('/iam/create-user')}>
              Create user
            </Button>
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
          {
            id: 'groups',
            header: 'Groups',
            cell: ({ UserName }) =>
              groups === undefined ? (
                <RouteLink to={`${pageOf({ kind: 'user', name: UserName })}?tab=groups`}>
                  Show
                </RouteLink>
              ) : (
                <span title={groups.get(UserName)?.join(', ')}>
                  {groups.get(UserName)?.length ?? 0}
                </span>
              ),
          },
          {
            id: 'activity',
            header: 'Last activity',
            sortingComparator: (a, b) => {
              const at = (user: User) => order(activityOf(user))
              return at(a) - at(b)
            },
            cell: (user) => <Ago seconds={activityOf(user)} />,
          },
          {
            id: 'factor',
            header: 'MFA',
            sortingComparator: (a, b) =>
              Number(line(a)?.hasFactor ?? false) - Number(line(b)?.hasFactor ?? false),
            cell: (user) => <Factor of={line(user)} />,
          },
          {
            id: 'password',
            header: 'Password set',
            sortingComparator: (a, b) =>
              order(line(a)?.passwordChanged) - order(line(b)?.passwordChanged),
            cell: (user) => <Ago seconds={line(user)?.passwordChanged} never="–" />,
          },
          {
            id: 'key',
            header: 'Active key made',
            sortingComparator: (a, b) => order(keyOf(a)) - order(keyOf(b)),
            cell: (user) => <Ago seconds={keyOf(user)} never="–" />,
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
          noun={['user', 'users']}
          items={others.map(({ UserName }) => ({
            name: UserName,
            call: { operation: 'DeleteUser', input: { UserName } },
          }))}
          means="With each go its password, access keys, MFA devices, memberships and inline policies, and its sessions end at once."
          leftOut={
            others.length < selected.length
              ? 'You are among them and are left out: delete your own user on its page.'
              : undefined
          }
          onClose={deletion.end}
        />
      )}
      {deletion.one !== undefined && (
        <DeleteUser
          userName={deletion.one.UserName}
          onClose={() => deletion.end(false)}
          onDone={() => deletion.end(true)}
        />
      )}
    </SpaceBetween>
  )

  function activityOf(user: User): number | undefined {
    const known = line(user)
    return known === undefined ? user.PasswordLastUsed : lastActivity(known)
  }

  function keyOf(user: User): number | undefined {
    const known = line(user)
    return known && oldestActiveKey(known)
  }
}

function Factor({
  of,
}: {
  readonly of: { readonly hasFactor: boolean; readonly hasPassword: boolean } | undefined
}) {
  if (of === undefined) return <>–</>
  if (of.hasFactor) return <StatusIndicator type="success">On</StatusIndicator>
  // Without a password there is no sign-in that a factor could guard.
  return of.hasPassword ? (
    <StatusIndicator type="warning">Off</StatusIndicator>
  ) : (
    <Box color="text-body-secondary">–</Box>
  )
}
