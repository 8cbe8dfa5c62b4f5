import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { useAct } from '../../api/use-act.ts'
import { endSessions, type EndResult } from '../../sessions/end-sessions.ts'
import { keyOfSession, type SshSession } from '../../sessions/ssh-session.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { nameOf } from './session-columns.tsx'

/** Asks once more, ends them, and says of each what became of it. */
export function EndDialog({
  sessions,
  onClose,
}: {
  readonly sessions: readonly SshSession[]
  readonly onClose: () => void
}) {
  const [results, setResults] = useState<readonly EndResult[]>()
  const act = useAct(async () => {
    setResults(await endSessions(sessions.map(({ sessionId }) => sessionId)))
  })
  const one = sessions.length === 1
  return (
    <Modal
      visible
      header={one ? 'End this session?' : `End ${sessions.length} sessions?`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {results === undefined ? 'Cancel' : 'Close'}
            </Button>
            {results === undefined && (
              <Button variant="primary" loading={act.isRunning} onClick={() => void act.run()}>
                {one ? 'End session' : 'End sessions'}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal refusal={act.refusal} header="None was ended" askFor="fleetkey:EndSSHSessions" />
        {results === undefined && (
          <Alert type="warning">
            {one ? 'It is closed' : 'They are closed'} at once, with all that was started in{' '}
            {one ? 'it' : 'them'}, also in the background.
          </Alert>
        )}
        <ul aria-label="Sessions" style={{ margin: 0, paddingInlineStart: 20 }}>
          {sessions.slice(0, MOST).map((session) => (
            <li key={keyOfSession(session)}>
              {session.who ?? 'Unknown'} as {session.osUser} on {nameOf(session)}
              {results !== undefined && <ResultText result={resultOf(results, session)} />}
            </li>
          ))}
        </ul>
        {sessions.length > MOST && <Box>and {sessions.length - MOST} more</Box>}
      </SpaceBetween>
    </Modal>
  )
}

/** Shown by name. */
const MOST = 50

const resultOf = (results: readonly EndResult[], { sessionId, instanceId }: SshSession) =>
  results.find(
    (one) => one.sessionId === sessionId && (one.instanceId ?? instanceId) === instanceId,
  )

function ResultText({ result }: { readonly result: EndResult | undefined }) {
  if (result === undefined) return undefined
  return (
    <div>
      <StatusIndicator type={result.result === 'ended' ? 'success' : 'error'}>
        {result.says === '' ? result.result : result.says}
      </StatusIndicator>
    </div>
  )
}
