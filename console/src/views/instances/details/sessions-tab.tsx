import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import type { SessionEnding } from '@fleetkey/domain/ssh-session'
import { call } from '../../../api/call.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { useLive } from '../../../live/use-live.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Refusal } from '../../../ui/refusal.tsx'
import { useNowAndThen } from '../../../ui/use-now-and-then.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { TimeText } from '../../../ui/time-text.tsx'

/** As ListSSHSessions shows it. */
interface SessionAnswer {
  readonly SessionId: string
  readonly InstanceId: string
  readonly InstanceOSUser: string
  readonly State: 'active' | 'ended' | 'unknown'
  readonly StartedAt: number
  readonly EndedAt?: number
  readonly Ending?: SessionEnding
  readonly Method: string
  readonly SourceAddress?: string
  readonly UserName?: string
  readonly Explained: 'grant' | 'no' | 'unknown'
  readonly UnexplainedBecause?: string
  readonly Recorded?: boolean
}

const SHOWN = 50
/** Where logins come without end: each reading is a call, and on record. */
const READ_EVERY_MS = 3000

/** Who is and was logged in there, the latest first. */
export function SessionsTab({ instanceId }: { readonly instanceId: string }) {
  const sessions = useAnswer(`sessions ${instanceId}`, async (signal) => {
    const input = { InstanceId: instanceId, MaxResults: SHOWN }
    const answer = await call<{ readonly Sessions: readonly SessionAnswer[] }>(
      'fleetkey',
      'ListSSHSessions',
      input,
      signal,
    )
    return answer.Sessions
  })
  const readAgain = useNowAndThen(sessions.reload, READ_EVERY_MS)
  useLive('sessions', (heard) => {
    const isOfHere =
      heard.type === 'missed' || heard.changed.some((each) => each['InstanceId'] === instanceId)
    if (isOfHere) readAgain()
  })
  if (sessions.refusal !== undefined && sessions.value === undefined) {
    return (
      <Refusal
        refusal={sessions.refusal}
        header="The sessions are not shown"
        askFor="fleetkey:ListSSHSessions"
        onRetry={() => sessions.reload()}
      />
    )
  }
  const rows = sessions.value ?? []
  return (
    <Table
      items={rows}
      trackBy="SessionId"
      loading={sessions.isLoading && sessions.value === undefined}
      loadingText="Reading the sessions"
      ariaLabels={{ tableLabel: 'SSH sessions' }}
      header={
        <Header
          variant="h2"
          counter={rows.length === SHOWN ? `(${SHOWN}+)` : `(${rows.length})`}
          actions={<RouteLink to="/sessions">All SSH sessions</RouteLink>}
        >
          SSH sessions
        </Header>
      }
      columnDefinitions={[
        {
          id: 'state',
          header: 'State',
          cell: (session) => (
            <>
              <SessionState session={session} />
              {session.Recorded === false && (
                <div>
                  <StatusIndicator type="warning">Not recorded</StatusIndicator>
                </div>
              )}
            </>
          ),
        },
        {
          id: 'user',
          header: 'OS user',
          cell: ({ InstanceOSUser }) => <bdi>{InstanceOSUser}</bdi>,
        },
        {
          id: 'who',
          header: 'User name',
          cell: ({ UserName, Explained, UnexplainedBecause }) =>
            Explained === 'no' ? (
              <span title={UnexplainedBecause}>
                <StatusIndicator type="warning">no grant explains it</StatusIndicator>
              </span>
            ) : (
              <bdi>{UserName ?? '–'}</bdi>
            ),
        },
        { id: 'from', header: 'From', cell: ({ SourceAddress }) => SourceAddress ?? '–' },
        {
          id: 'began',
          header: 'Began',
          cell: ({ StartedAt }) => <TimeText seconds={StartedAt} />,
        },
        { id: 'ended', header: 'Ended', cell: ({ EndedAt }) => <TimeText seconds={EndedAt} /> },
        {
          id: 'id',
          header: 'Session',
          isRowHeader: true,
          cell: ({ SessionId, State }) => (
            <RouteLink
              to={`/sessions?session=${SessionId}${State === 'ended' ? '&state=ended' : ''}`}
            >
              {SessionId}
            </RouteLink>
          ),
        },
      ]}
      empty={<EmptyState title="Nobody was logged in yet" />}
    />
  )
}

function SessionState({ session: { State, Ending } }: { readonly session: SessionAnswer }) {
  switch (State) {
    case 'active':
      return <StatusIndicator type="success">Active</StatusIndicator>
    case 'ended':
      return <StatusIndicator type="stopped">{ENDINGS[Ending ?? 'closed']}</StatusIndicator>
    case 'unknown':
      return (
        <span title="It had not ended when its agent was last heard.">
          <StatusIndicator type="pending">Not known</StatusIndicator>
        </span>
      )
  }
}

const ENDINGS: Readonly<Record<SessionEnding, string>> = {
  closed: 'Closed',
  ended: 'Ended by somebody',
  'host-restarted': 'Host restarted',
}
