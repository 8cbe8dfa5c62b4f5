import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { eventsLink } from '../../events/event-query.ts'
import { durationOf, type SshSession } from '../../sessions/ssh-session.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { memoCells } from '../../ui/memo-cells.tsx'
import { Moment } from '../../ui/moment.tsx'
import { useNow } from '../../ui/use-now.ts'

type Column = TableProps.ColumnDefinition<SshSession> & { readonly id: string }

/** @param linkTo the page with that session shown */
export function sessionColumns(linkTo: (sessionId: string) => string): readonly Column[] {
  return memoCells<SshSession, Column>([
    {
      id: 'who',
      header: 'User name',
      isRowHeader: true,
      minWidth: 150,
      sortingField: 'who',
      cell: ({ who, sessionId }) => (
        <RouteLink
          to={linkTo(sessionId)}
          ariaLabel={`Session of ${who ?? 'somebody unknown'}, ${sessionId}`}
        >
          {who ?? 'Unknown'}
        </RouteLink>
      ),
    },
    {
      id: 'instance',
      header: 'Instance',
      minWidth: 150,
      sortingComparator: (a, b) => nameOf(a).localeCompare(nameOf(b)),
      cell: (session) => (
        <RouteLink to={`/instances/${encodeURIComponent(session.instanceId)}`}>
          {nameOf(session)}
        </RouteLink>
      ),
    },
    {
      id: 'os-user',
      header: 'OS user',
      minWidth: 120,
      sortingField: 'osUser',
      cell: ({ osUser }) => osUser,
    },
    {
      id: 'state',
      header: 'State',
      minWidth: 150,
      sortingField: 'state',
      cell: (session) => <SessionState session={session} />,
    },
    {
      id: 'started',
      header: 'Since',
      minWidth: 190,
      sortingField: 'startedAt',
      cell: ({ startedAt }) => <Moment seconds={startedAt} />,
    },
    {
      id: 'duration',
      header: 'Duration',
      minWidth: 110,
      cell: (session) => <Duration session={session} />,
    },
    {
      id: 'from',
      header: 'Source IP address',
      minWidth: 140,
      sortingField: 'sourceAddress',
      cell: ({ sourceAddress }) => sourceAddress ?? '–',
    },
    {
      id: 'key',
      header: 'SSH key',
      minWidth: 170,
      cell: ({ fingerprint, method }) => (
        <span title={fingerprint}>
          {fingerprint === undefined ? method : shortened(fingerprint)}
        </span>
      ),
    },
    {
      id: 'grant',
      header: 'By',
      minWidth: 150,
      cell: (session) => <Explanation session={session} />,
    },
  ])
}

export const nameOf = ({ instanceName, instanceId }: SshSession): string =>
  instanceName ?? instanceId

const shortened = (fingerprint: string) => fingerprint.replace(/^(SHA256:.{10}).+$/, '$1…')

export const NOT_RECORDED =
  'Its host told of more logins than are recorded of one host: the trail does not have this one, and it is on this list while it is open.'

/** Told by the host, or no more than that it was there when its agent was last heard; and that the trail does not have it. */
export function SessionState({ session }: { readonly session: SshSession }) {
  if (session.isRecorded) return <KnownState session={session} />
  return (
    <SpaceBetween size="xxxs">
      <KnownState session={session} />
      <span title={NOT_RECORDED}>
        <StatusIndicator type="warning">Not recorded</StatusIndicator>
      </span>
    </SpaceBetween>
  )
}

function KnownState({ session }: { readonly session: SshSession }) {
  switch (session.state) {
    case 'active':
      return <StatusIndicator type="success">Active</StatusIndicator>
    case 'unknown':
      return (
        <span title="Its agent is not connected: whether it ended is not known.">
          <StatusIndicator type="warning">Not known</StatusIndicator>
        </span>
      )
    case 'ended':
      return (
        <StatusIndicator type="stopped">{ENDINGS[session.ending ?? ''] ?? 'Ended'}</StatusIndicator>
      )
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  closed: 'Closed',
  ended: 'Ended here',
  'host-restarted': 'Host restarted',
}

function Duration({ session }: { readonly session: SshSession }) {
  return <>{durationOf(session, useNow())}</>
}

/** By which push, or by none. */
export function Explanation({ session }: { readonly session: SshSession }) {
  const { explained, requestId, unexplainedBecause } = session
  if (explained === 'no')
    return (
      <span title={unexplainedBecause}>
        <StatusIndicator type="error">No grant</StatusIndicator>
      </span>
    )
  if (requestId === undefined) return <StatusIndicator type="info">Not known</StatusIndicator>
  return <RouteLink to={eventsLink({ 'request-id': requestId })}>Grant</RouteLink>
}
