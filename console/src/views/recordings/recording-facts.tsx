import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useAnswer } from '../../api/use-answer.ts'
import { clockText } from '../../recordings/clock-text.ts'
import type { ShownRecording } from '../../recordings/recording.ts'
import { findSession, sessionPage } from '../../sessions/find-session.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { RecordingStateText } from './recording-state.tsx'

/** Who, where and when, and whether it is what was recorded. */
export function RecordingFacts({ recording }: { readonly recording: ShownRecording }) {
  const { InstanceId, InstanceName, RequestId, EndedAt, Sha256 } = recording
  const session = useAnswer(recording.RecordingId, (signal) =>
    findSession(
      { instanceId: InstanceId, requestId: RequestId, startedAt: recording.StartedAt },
      signal,
    ),
  )
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: 'User name', value: <Copyable text={recording.PrincipalArn} what="the ARN" /> },
        {
          label: 'Instance',
          value: (
            <RouteLink to={`/instances/${InstanceId}`}>{InstanceName ?? InstanceId}</RouteLink>
          ),
        },
        { label: 'OS user', value: recording.InstanceOSUser },
        { label: 'State', value: <RecordingStateText state={recording.State} /> },
        { label: 'Began', value: <TimeText seconds={recording.StartedAt} /> },
        { label: 'Ended', value: EndedAt === undefined ? '–' : <TimeText seconds={EndedAt} /> },
        {
          label: 'Length',
          value: recording.Seconds === undefined ? '–' : clockText(recording.Seconds),
        },
        { label: 'Ended because', value: recording.Because ?? '–' },
        {
          label: 'What happened',
          value:
            RequestId === undefined ? (
              '–'
            ) : (
              <SpaceBetween size="xxs">
                <RouteLink to={`/events?request-id=${encodeURIComponent(RequestId)}`}>
                  The login and its story
                </RouteLink>
                {session.value !== undefined && (
                  <RouteLink to={sessionPage(session.value)}>Its SSH session</RouteLink>
                )}
              </SpaceBetween>
            ),
        },
        { label: 'Typed', value: recording.HasInput ? 'Recorded' : 'Not recorded' },
        { label: 'On record', value: <OnRecord recording={recording} /> },
        {
          label: 'SHA-256',
          value: Sha256 === undefined ? '–' : <Copyable text={Sha256} what="the SHA-256" />,
        },
      ]}
    />
  )
}

function OnRecord({ recording }: { readonly recording: ShownRecording }) {
  const { State, Sha256, TrailSha256, TrailEventId } = recording
  if (State === 'running') return <>Its beginning; its end when it has ended</>
  if (TrailSha256 === undefined || TrailEventId === undefined)
    return <>The trail does not reach back so far any more</>
  if (TrailSha256 !== Sha256)
    return <StatusIndicator type="error">The trail has another SHA-256</StatusIndicator>
  return <RouteLink to={`/events/${TrailEventId}`}>The trail has the same SHA-256</RouteLink>
}
