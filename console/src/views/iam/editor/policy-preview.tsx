import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { call } from '../../../api/call.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { Principal } from '../parts/principal.tsx'
import { Refused } from '../parts/refused.tsx'
import { changeInWords, isGain, type Change } from './preview-change.ts'

/** More rows than this nobody reads: what is over is counted. */
const SHOWN = 100

/** Who would gain and who lose which login by a change of a policy, before it is made. */
export function PolicyPreview({
  target,
  document,
}: {
  /** Which policy: `PolicyArn`, or `PolicyName` with whose it is. */
  readonly target: object
  /** Its new text; undefined: as if it were gone. */
  readonly document: string | undefined
}) {
  const input = { ...target, ...(document !== undefined && { PolicyDocument: document }) }
  const { value, refusal, reload } = useAnswer(JSON.stringify(input), (signal) =>
    call<{ Changes: readonly Change[]; ChangeCount: number }>(
      'fleetkey',
      'PreviewPolicyChange',
      input,
      signal,
    ),
  )
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The change cannot be previewed" onRetry={reload} />
  }
  if (value === undefined) {
    return (
      <Box>
        <Spinner /> Trying out who gains and who loses…
      </Box>
    )
  }
  const { Changes, ChangeCount } = value
  return (
    <SpaceBetween size="s">
      <StatusIndicator type={ChangeCount === 0 ? 'success' : 'warning'}>
        {changeInWords(Changes, ChangeCount)}
      </StatusIndicator>
      {Changes.length > 0 && (
        <ExpandableSection headerText="Each of them" defaultExpanded={Changes.length <= 5}>
          <Table
            variant="embedded"
            items={Changes.slice(0, SHOWN)}
            wrapLines
            ariaLabels={{ tableLabel: 'Logins gained and lost' }}
            columnDefinitions={[
              {
                id: 'change',
                header: 'Change',
                cell: (one) => (
                  <Badge color={isGain(one) ? 'green' : 'red'}>
                    {isGain(one) ? 'gains' : 'loses'}
                  </Badge>
                ),
              },
              { id: 'who', header: 'Who', cell: (one) => <Principal arn={one.PrincipalArn} /> },
              {
                id: 'instance',
                header: 'Instance',
                cell: ({ InstanceId, InstanceName }) => (
                  <RouteLink to={`/instances/${InstanceId}`}>
                    {InstanceName === undefined || InstanceName === '' ? InstanceId : InstanceName}
                  </RouteLink>
                ),
              },
              { id: 'user', header: 'OS user', cell: (one) => one.InstanceOSUser },
              {
                id: 'decision',
                header: 'Before → after',
                cell: ({ Before, After }) => `${Before} → ${After}`,
              },
            ]}
          />
          {ChangeCount > SHOWN && <Box>{`And ${ChangeCount - SHOWN} more.`}</Box>}
        </ExpandableSection>
      )}
    </SpaceBetween>
  )
}
