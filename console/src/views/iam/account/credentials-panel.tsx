import Badge from '@cloudscape-design/components/badge'
import Button from '@cloudscape-design/components/button'
import { useMemo } from 'react'
import { RouteLink } from '../../../ui/route-link.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { pageOf } from '../api/holder.ts'
import { Ago } from '../parts/ago.tsx'
import { download } from '../parts/download.ts'
import { EntityTable } from '../parts/entity-table.tsx'
import { credentialFaults } from './credential-faults.ts'
import {
  lastActivity,
  oldestActiveKey,
  ROOT_LINE,
  type CredentialLine,
} from './credential-report.ts'
import { useCredentialReport } from './use-credential-report.ts'

/** Who can prove themselves by what, and what of that is worth a look. */
export function CredentialsPanel() {
  const report = useCredentialReport()
  const { value, csv } = report
  const lines = useMemo(() => [...(value?.values() ?? [])], [value])
  const now = useNow() / 1000
  return (
    <EntityTable<CredentialLine>
      listed={{ ...report, items: lines }}
      title="Credentials"
      description="Passwords, second factors and access keys of everybody, made when it is asked for. What is worth a look is named."
      nameOf={({ user }) => user}
      textOf={(line) => `${line.user} ${credentialFaults(line, now).join(' ')}`}
      empty="There are no users yet."
      actions={
        <Button
          iconName="download"
          disabled={csv === undefined}
          onClick={() => download('credential-report.csv', csv ?? '')}
        >
          Download report
        </Button>
      }
      columns={[
        {
          id: 'user',
          header: 'User',
          sortingField: 'user',
          isRowHeader: true,
          cell: ({ user }) =>
            user === ROOT_LINE ? (
              'Account root'
            ) : (
              <RouteLink to={`${pageOf({ kind: 'user', name: user })}?tab=credentials`}>
                {user}
              </RouteLink>
            ),
        },
        {
          id: 'look',
          header: 'Worth a look',
          sortingComparator: (a, b) =>
            credentialFaults(a, now).length - credentialFaults(b, now).length,
          cell: (line) =>
            credentialFaults(line, now).map((fault) => (
              <Badge key={fault} color="severity-medium">
                {fault}
              </Badge>
            )),
        },
        {
          id: 'activity',
          header: 'Last activity',
          sortingComparator: (a, b) => (lastActivity(a) ?? 0) - (lastActivity(b) ?? 0),
          cell: (line) => <Ago seconds={lastActivity(line)} />,
        },
        {
          id: 'password',
          header: 'Password set',
          cell: (line) => <Ago seconds={line.passwordChanged} never="–" />,
        },
        { id: 'factor', header: 'MFA', cell: (line) => (line.hasFactor ? 'On' : 'Off') },
        {
          id: 'key',
          header: 'Active key made',
          cell: (line) => <Ago seconds={oldestActiveKey(line)} never="–" />,
        },
      ]}
    />
  )
}
