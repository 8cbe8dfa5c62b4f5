import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { call } from '../../api/call.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { trailLines, type TrailStatusAnswer } from '../../overview/trail-health.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { useNow } from '../../ui/use-now.ts'
import { PartRefusal } from './part-refusal.tsx'

/** Whether what happened is signed, and brought elsewhere. */
export function TrailHealth() {
  const now = useNow()
  const asked = useAnswer('trail', (signal) =>
    call<TrailStatusAnswer>('cloudtrail', 'GetTrailStatus', { Name: 'main' }, signal),
  )
  return (
    <Container
      header={
        <Header variant="h2" actions={<RouteLink to="/events">Event history</RouteLink>}>
          Trail
        </Header>
      }
    >
      <SpaceBetween size="s">
        <PartRefusal
          refusal={asked.refusal}
          header="Its state is not shown"
          onRetry={() => asked.reload()}
        />
        {asked.isLoading && asked.value === undefined && <Spinner />}
        {asked.value !== undefined && (
          <KeyValuePairs
            columns={1}
            items={trailLines(asked.value, now / 1000).map(({ label, status, says, at }) => ({
              label,
              value: (
                <StatusIndicator type={status}>
                  {says}
                  {at !== undefined && (
                    <>
                      {', '}
                      <TimeText seconds={at} />
                    </>
                  )}
                </StatusIndicator>
              ),
            }))}
          />
        )}
      </SpaceBetween>
    </Container>
  )
}
