import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useAnswer } from '../../../api/use-answer.ts'
import { useLive } from '../../../live/use-live.ts'
import { readSessions } from '../../../sessions/read-sessions.ts'
import { keyOfSession } from '../../../sessions/ssh-session.ts'
import { counterText } from '../../../ui/counter-text.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Refusal } from '../../../ui/refusal.tsx'
import { useNowAndThen } from '../../../ui/use-now-and-then.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { sessionColumns } from '../../sessions/session-columns.tsx'

const SHOWN = 50
/** Where logins come without end: each reading is a call, and on record. */
const READ_EVERY_MS = 3000
const COLUMNS = sessionColumns(
  (sessionId) => `/sessions?session=${encodeURIComponent(sessionId)}`,
).filter(({ id }) => id !== 'instance')

/** Who is and was logged in there, the latest first. */
export function SessionsTab({ instanceId }: { readonly instanceId: string }) {
  const asked = useAnswer(`sessions ${instanceId}`, (signal) =>
    readSessions({ InstanceId: instanceId }, { signal, wanted: SHOWN }),
  )
  const readAgain = useNowAndThen(asked.reload, READ_EVERY_MS)
  useLive('sessions', (heard) => {
    const isOfHere =
      heard.type === 'missed' || heard.changed.some((each) => each['InstanceId'] === instanceId)
    if (isOfHere) readAgain()
  })
  const { value, refusal } = asked
  if (refusal !== undefined && value === undefined) {
    return (
      <Refusal
        refusal={refusal}
        header="The sessions are not shown"
        askFor="fleetkey:ListSSHSessions"
        onRetry={() => asked.reload()}
      />
    )
  }
  const { sessions, next } = value ?? { sessions: [], next: undefined }
  return (
    <Table
      items={sessions}
      trackBy={keyOfSession}
      loading={value === undefined}
      loadingText="Reading the sessions"
      resizableColumns
      ariaLabels={{ tableLabel: 'SSH sessions' }}
      header={
        <Header
          variant="h2"
          counter={counterText(sessions.length, {
            hasMore: next !== undefined,
            isKnown: value !== undefined,
          })}
          actions={<RouteLink to="/sessions">All SSH sessions</RouteLink>}
        >
          SSH sessions
        </Header>
      }
      columnDefinitions={COLUMNS}
      empty={<EmptyState title="Nobody was logged in yet" />}
    />
  )
}
