import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useAnswer } from '../../../api/use-answer.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { iam } from '../api/iam.ts'
import { Refused } from '../parts/refused.tsx'

/** By their names in GetAccountSummary. */
const COUNTED = [
  ['Groups', 'User groups', '/iam/groups'],
  ['Users', 'Users', '/iam/users'],
  ['Roles', 'Roles', '/iam/roles'],
  ['Policies', 'Policies', '/iam/policies'],
  ['Providers', 'Identity providers', '/iam/providers'],
] as const

/** How many there are of what. */
export function ResourcesPanel() {
  const { value, refusal, reload } = useAnswer('account summary', (signal) =>
    iam<{ SummaryMap: Readonly<Record<string, number>> }>('GetAccountSummary', {}, signal),
  )
  return (
    <Container header={<Header variant="h2">IAM resources</Header>}>
      <Refused refusal={refusal} header="They cannot be counted" onRetry={reload} />
      {refusal === undefined && (
        <SpaceBetween direction="horizontal" size="xxl">
          {COUNTED.map(([counted, label, to]) => {
            const count = value?.SummaryMap[counted]?.toLocaleString('en') ?? '–'
            return (
              <div key={counted}>
                <Box variant="awsui-key-label">{label}</Box>
                <RouteLink to={to} fontSize="heading-xl" ariaLabel={`${count} ${label}`}>
                  {count}
                </RouteLink>
              </div>
            )
          })}
        </SpaceBetween>
      )}
    </Container>
  )
}
