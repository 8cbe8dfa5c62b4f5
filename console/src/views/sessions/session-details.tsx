import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { eventsLink } from '../../events/event-query.ts'
import { findRecording } from '../../sessions/find-recording.ts'
import { findTerminal, type FoundTerminal } from '../../sessions/find-terminal.ts'
import { durationOf, type SshSession } from '../../sessions/ssh-session.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { useNow } from '../../ui/use-now.ts'
import { nameOf, Explanation, NOT_RECORDED, SessionState } from './session-columns.tsx'

/** All that is known of one session, and where it leads. */
export function SessionDetails({
  session,
  onEnd,
  onClose,
}: {
  readonly session: SshSession
  readonly onEnd: () => void
  readonly onClose: () => void
}) {
  const now = useNow()
  const { sessionId, requestId, state } = session
  const recording = useAnswer(sessionId, (signal) => findRecording(session, signal))
  const terminal = useAnswer(`${sessionId} ${state}`, (signal) => findTerminal(session, signal))
  return (
    <Modal
      visible
      size="large"
      header={`SSH session on ${nameOf(session)}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {state !== 'ended' && <Button onClick={onEnd}>End session</Button>}
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'Session ID', value: <Copyable text={sessionId} what="the session ID" /> },
            { label: 'State', value: <SessionState session={session} /> },
            { label: 'User name', value: session.who ?? 'Unknown' },
            { label: 'OS user', value: session.osUser },
            { label: 'Since', value: <TimeText seconds={session.startedAt} /> },
            { label: 'Duration', value: durationOf(session, now) },
            ...endOf(session),
            { label: 'Source IP address', value: session.sourceAddress ?? '–' },
            { label: 'How', value: session.method },
            {
              label: 'SSH key fingerprint',
              value:
                session.fingerprint === undefined ? (
                  '–'
                ) : (
                  <Copyable text={session.fingerprint} what="the fingerprint" />
                ),
            },
            { label: 'By', value: <Explanation session={session} /> },
            ...(session.unexplainedBecause === undefined
              ? []
              : [{ label: 'Why no grant explains it', value: session.unexplainedBecause }]),
            ...(session.isRecorded
              ? []
              : [{ label: 'Why it is not recorded', value: NOT_RECORDED }]),
          ]}
        />
        <SpaceBetween size="xxs">
          <RouteLink to={`/instances/${encodeURIComponent(session.instanceId)}`}>
            Instance {nameOf(session)}
          </RouteLink>
          {requestId !== undefined && (
            <RouteLink to={`/events/${encodeURIComponent(requestId)}`}>
              The story of its grant
            </RouteLink>
          )}
          <RouteLink to={eventsLink({ instance: session.instanceId, text: sessionId })}>
            All records of this session
          </RouteLink>
          {terminal.value !== undefined && (
            <RouteLink to={terminalPage(terminal.value)}>
              {terminal.value.isOwn ? 'Its terminal' : 'Watch its terminal'}
            </RouteLink>
          )}
          {recording.value !== undefined && (
            <RouteLink to={`/recordings/${encodeURIComponent(recording.value)}`}>
              Its recording
            </RouteLink>
          )}
        </SpaceBetween>
      </SpaceBetween>
    </Modal>
  )
}

const terminalPage = ({ terminalId, isOwn }: FoundTerminal): string =>
  isOwn
    ? `/terminal?terminal=${encodeURIComponent(terminalId)}`
    : `/recordings/live/${encodeURIComponent(terminalId)}`

function endOf({ endedAt, endedNotBefore, unknownSince }: SshSession) {
  if (endedAt !== undefined) {
    const label = endedNotBefore === undefined ? 'Ended' : 'Ended at the latest'
    return [{ label, value: <TimeText seconds={endedAt} /> }]
  }
  if (unknownSince === undefined) return []
  return [{ label: 'Not known since', value: <TimeText seconds={unknownSince} /> }]
}
