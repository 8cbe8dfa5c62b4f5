import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { durationOf, keyOfSession, type SshSession } from '../../sessions/ssh-session.ts'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { useNow } from '../../ui/use-now.ts'
import { nameOf } from '../sessions/session-columns.tsx'
import { useSessions } from '../sessions/use-sessions.ts'
import { PartRefusal } from './part-refusal.tsx'

const SHOWN = 6
/** A page of the server's: of more it is told that there are more. */
const COUNTED = 200

/** Who is logged in now. */
export function CurrentSessions() {
  const { sessions, isReading, hasMore, refusal, reload } = useSessions({
    state: 'active',
    wanted: COUNTED,
  })
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={counterText(sessions.length, {
            hasMore,
            isKnown: refusal === undefined && !isReading,
          })}
          actions={<RouteLink to="/sessions">All</RouteLink>}
        >
          SSH sessions
        </Header>
      }
    >
      <SpaceBetween size="s">
        <PartRefusal refusal={refusal} header="The sessions are not shown" onRetry={reload} />
        {(refusal === undefined || sessions.length > 0) && (
          <Table
            variant="embedded"
            items={sessions.slice(0, SHOWN)}
            trackBy={keyOfSession}
            loading={isReading && sessions.length === 0}
            loadingText="Reading sessions"
            ariaLabels={{ tableLabel: 'SSH sessions' }}
            empty={<EmptyState title="Of the sessions that you may see, none is open" />}
            columnDefinitions={[
              {
                id: 'who',
                header: 'User name',
                isRowHeader: true,
                cell: ({ who, sessionId }) => (
                  <RouteLink to={`/sessions?session=${encodeURIComponent(sessionId)}`}>
                    {who ?? 'Unknown'}
                  </RouteLink>
                ),
              },
              { id: 'where', header: 'On', cell: (session) => <Place session={session} /> },
              { id: 'since', header: 'For', cell: (session) => <Duration session={session} /> },
            ]}
          />
        )}
      </SpaceBetween>
    </Container>
  )
}

function Place({ session }: { readonly session: SshSession }) {
  return (
    <>
      <Box variant="span" color="text-body-secondary">
        {session.osUser}@
      </Box>
      <bdi title={nameOf(session)} style={{ maxWidth: 130 }}>
        {nameOf(session)}
      </bdi>
    </>
  )
}

function Duration({ session }: { readonly session: SshSession }) {
  return <>{durationOf(session, useNow())}</>
}
