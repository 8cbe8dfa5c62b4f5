import Badge from '@cloudscape-design/components/badge'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { call } from '../../api/call.ts'
import { signOutEverywhere } from '../../api/signing-in.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { browserName } from './browser-name.ts'

/** As ListOwnSessions tells it: times are epoch seconds. */
interface OwnSession {
  readonly AccessKeyId: string
  readonly Kind: 'Console' | 'Keys'
  readonly IsCurrent: boolean
  readonly IssuedAt: number
  readonly Expiration: number
  readonly LastUsedAt?: number
  readonly SourceIPAddress?: string
  readonly UserAgent?: string
  /** Whoever came from a provider may have several. */
  readonly RoleName?: string
}

/** Where one is signed in: signs out elsewhere, one by one or everywhere. */
export function OwnSessions() {
  const sessions = useAnswer('own', async (signal) => {
    const { Sessions } = await call<{ Sessions: readonly OwnSession[] }>(
      'fleetkey',
      'ListOwnSessions',
      {},
      signal,
    )
    return Sessions
  })
  const end = useAct(async ({ AccessKeyId }: OwnSession) => {
    await call('fleetkey', 'EndOwnSession', { AccessKeyId })
    sessions.reload()
  })
  const leave = useAct(signOutEverywhere)
  const list = sessions.value ?? []
  return (
    <Table
      items={list}
      loading={sessions.isLoading}
      loadingText="Loading your sessions"
      trackBy="AccessKeyId"
      wrapLines
      columnDefinitions={[
        {
          id: 'where',
          header: 'Where',
          cell: (session) => (
            <>
              {session.Kind === 'Keys' ? 'Temporary keys' : browserName(session.UserAgent ?? '')}{' '}
              {session.IsCurrent && <Badge color="blue">This one</Badge>}
            </>
          ),
          isRowHeader: true,
        },
        ...(list.some(({ RoleName }) => RoleName !== undefined)
          ? [{ id: 'role', header: 'Role', cell: ({ RoleName = '–' }: OwnSession) => RoleName }]
          : []),
        {
          id: 'address',
          header: 'Signed in from',
          cell: ({ SourceIPAddress = '–' }) => SourceIPAddress,
        },
        {
          id: 'issued',
          header: 'Signed in',
          cell: ({ IssuedAt }) => <TimeText seconds={IssuedAt} />,
        },
        {
          id: 'used',
          header: 'Last used',
          cell: ({ LastUsedAt }) => <TimeText seconds={LastUsedAt} />,
        },
        { id: 'ends', header: 'Ends', cell: ({ Expiration }) => <TimeText seconds={Expiration} /> },
        {
          id: 'end',
          header: 'Actions',
          cell: (session) =>
            !session.IsCurrent && (
              <Button
                variant="inline-link"
                ariaLabel={`Sign out ${session.AccessKeyId}`}
                disabled={end.isRunning}
                onClick={() => void end.run(session)}
              >
                Sign out
              </Button>
            ),
        },
      ]}
      empty={<EmptyState title="Not shown" />}
      header={
        <Header
          variant="h2"
          {...(sessions.value !== undefined && { counter: `(${list.length})` })}
          description="Ending one also ends all that was made with it. Open SSH sessions go on."
          actions={
            <Button loading={leave.isRunning} onClick={() => void leave.run()}>
              Sign out everywhere
            </Button>
          }
        >
          Sessions
        </Header>
      }
      footer={
        <Refusal
          refusal={sessions.refusal ?? end.refusal ?? leave.refusal}
          header={sessions.refusal ? 'Your sessions are not shown' : 'That was refused'}
          onRetry={sessions.refusal && sessions.reload}
        />
      }
    />
  )
}
