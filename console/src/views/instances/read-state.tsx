import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { LiveIndicator } from '../../live/live-indicator.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import type { KnownInstances } from './use-instances.ts'

/** How far the list is read, and whether it follows what changes. */
export function ReadState({ known }: { readonly known: KnownInstances }) {
  const { isReading, isWhole, instances, live, readAt } = known
  if (isReading && !isWhole) {
    return instances.length === 0 ? undefined : (
      <StatusIndicator type="loading">
        {instances.length.toLocaleString('en')} read so far
      </StatusIndicator>
    )
  }
  if (live.kind === 'live') {
    return (
      <span title="What changes is shown at once.">
        <StatusIndicator type="success">Live</StatusIndicator>
      </span>
    )
  }
  if (readAt === undefined) return undefined
  const why = live.kind === 'refused' ? live.says : 'Changes are not told at the moment.'
  return (
    <span title={`${why} Read again to see what changed.`}>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        {live.kind === 'away' && <LiveIndicator state={live} />}
        <Box variant="small" display="inline">
          As of <TimeText seconds={readAt} />
        </Box>
      </SpaceBetween>
    </span>
  )
}

/** Why there is nothing, or why what is shown is old. */
export function ReadRefusal({ known }: { readonly known: KnownInstances }) {
  const { refusal, instances, readAt, isReading, reload } = known
  if (refusal === undefined) return undefined
  if (instances.length === 0 || refusal.status !== 0) {
    return (
      <Refusal
        refusal={refusal}
        header={
          instances.length === 0
            ? 'The instances are not shown'
            : 'The instances were not read to the end'
        }
        askFor="ec2:DescribeInstances"
        onRetry={reload}
      />
    )
  }
  return (
    <Alert
      type="warning"
      header="The control plane is not reached"
      action={
        <Button loading={isReading} onClick={reload}>
          Try again
        </Button>
      }
    >
      {readAt === undefined ? (
        'Not all instances were read. '
      ) : (
        <>
          What is shown is as of <TimeText seconds={readAt} />.{' '}
        </>
      )}
      SSH sessions do not depend on it. {refusal.message}
    </Alert>
  )
}
