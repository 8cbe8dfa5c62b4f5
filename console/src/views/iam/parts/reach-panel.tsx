import Button from '@cloudscape-design/components/button'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useNavigate } from 'react-router'
import { RouteLink } from '../../../ui/route-link.tsx'
import type { Decision } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { EntityTable } from './entity-table.tsx'

interface Reachable {
  readonly InstanceId: string
  readonly InstanceName?: string
  readonly OSUsers: readonly { readonly InstanceOSUser: string; readonly Decision: Decision }[]
}

interface Row {
  readonly instanceId: string
  readonly name: string
  readonly osUser: string
  readonly decision: Decision
}

/** Which instances somebody may connect to, as whom; each with the way to which statement says so. */
export function ReachPanel({
  arn,
  osUser,
}: {
  readonly arn: string
  /** Undefined: every name that the policies tell apart. */
  readonly osUser?: string | undefined
}) {
  const navigate = useNavigate()
  const input = { PrincipalArn: arn, ...(osUser !== undefined && { InstanceOSUser: osUser }) }
  const listed = useListing<Reachable>({
    service: 'fleetkey',
    operation: 'ListReachable',
    member: 'Instances',
    input,
  })
  const rows = listed.items.flatMap(({ InstanceId, InstanceName = '', OSUsers }) =>
    OSUsers.map(({ InstanceOSUser, Decision }): Row => {
      return {
        instanceId: InstanceId,
        name: InstanceName,
        osUser: InstanceOSUser,
        decision: Decision,
      }
    }),
  )
  return (
    <EntityTable<Row>
      listed={{ ...listed, items: rows }}
      title="Instances within reach"
      description="Where the policies let them connect, and as which OS user. What depends on the moment (address, time, second factor) is told apart."
      nameOf={({ instanceId, osUser: user }) => `${instanceId} ${user}`}
      textOf={({ instanceId, name, osUser: user }) => `${instanceId} ${name} ${user}`}
      empty="No policy lets them connect to any instance."
      columns={[
        {
          id: 'instance',
          header: 'Instance',
          sortingField: 'name',
          isRowHeader: true,
          cell: ({ instanceId, name }) => (
            <RouteLink to={`/instances/${instanceId}`}>{name === '' ? instanceId : name}</RouteLink>
          ),
        },
        {
          id: 'id',
          header: 'Instance ID',
          sortingField: 'instanceId',
          cell: (row) => row.instanceId,
        },
        { id: 'user', header: 'OS user', sortingField: 'osUser', cell: (row) => row.osUser },
        {
          id: 'decision',
          header: 'Decision',
          sortingField: 'decision',
          cell: ({ decision }) => <DecisionText decision={decision} />,
        },
        {
          id: 'why',
          header: 'Why',
          cell: ({ instanceId, osUser: user }) =>
            user.startsWith('(') ? (
              '–'
            ) : (
              <Button
                variant="inline-link"
                ariaLabel={`Which statement? ${user} on ${instanceId}`}
                onClick={() =>
                  void navigate(
                    `/iam/simulator?${String(new URLSearchParams({ ask: 'reach', principal: arn, instance: instanceId, user }))}`,
                  )
                }
              >
                Which statement?
              </Button>
            ),
        },
      ]}
    />
  )
}

/** A decision in words. */
export function DecisionText({ decision }: { readonly decision: Decision }) {
  switch (decision) {
    case 'allowed':
      return <StatusIndicator type="success">Allowed</StatusIndicator>
    case 'conditional':
      return <StatusIndicator type="warning">Depends on the moment</StatusIndicator>
    case 'denied':
      return <StatusIndicator type="error">Denied</StatusIndicator>
  }
}
