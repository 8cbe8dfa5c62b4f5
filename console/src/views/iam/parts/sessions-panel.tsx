import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { call } from '../../../api/call.ts'
import { serverTime } from '../../../api/server-time.ts'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { named, type Holder } from '../api/holder.ts'
import { listAll } from '../api/iam.ts'
import { Dialog } from './dialog.tsx'
import { Refused } from './refused.tsx'
import { whenDone } from './when-done.ts'

interface Session {
  readonly AccessKeyId: string
  readonly SessionName?: string
  readonly ParentAccessKeyId?: string
  readonly IssuedAt: number
  readonly Expiration: number
  readonly MultiFactorAuthenticatedAt?: number
  readonly WebIdentity?: { readonly Subject: string; readonly DisplayName?: string }
}

/** Who has temporary credentials now, and how to end that. */
export function SessionsPanel({ holder }: { readonly holder: Holder }) {
  const { value, refusal, reload } = useAnswer(`sessions ${holder.kind} ${holder.name}`, (signal) =>
    listAll<Session>(
      { service: 'fleetkey', operation: 'ListSessions', member: 'Sessions', input: named(holder) },
      signal,
    ),
  )
  const [isOpen, setOpen] = useState(false)
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The sessions cannot be shown" onRetry={reload} />
  }
  return (
    <>
      <Table<Session>
        items={value ?? []}
        loading={value === undefined}
        loadingText="Asking for sessions"
        wrapLines
        ariaLabels={{ tableLabel: 'Active sessions' }}
        header={
          <Header
            variant="h2"
            counter={value && `(${value.length})`}
            description="Temporary credentials that open something now, of sign-ins and programs alike."
            actions={
              <Button disabled={value?.length === 0} onClick={() => setOpen(true)}>
                Revoke sessions
              </Button>
            }
          >
            Active sessions
          </Header>
        }
        empty={<EmptyState title="No sessions">Nobody is signed in by it now.</EmptyState>}
        columnDefinitions={[
          {
            id: 'who',
            header: 'Who',
            isRowHeader: true,
            cell: ({ SessionName, WebIdentity }) =>
              WebIdentity?.DisplayName ?? WebIdentity?.Subject ?? SessionName ?? holder.name,
          },
          {
            id: 'from',
            header: 'Got with',
            cell: ({ ParentAccessKeyId = 'A sign-in' }) => ParentAccessKeyId,
          },
          { id: 'key', header: 'Access key', cell: ({ AccessKeyId }) => AccessKeyId },
          { id: 'since', header: 'Since', cell: ({ IssuedAt }) => <TimeText seconds={IssuedAt} /> },
          {
            id: 'until',
            header: 'Until',
            cell: ({ Expiration }) => <TimeText seconds={Expiration} />,
          },
          {
            id: 'factor',
            header: 'Second factor',
            cell: (one) => (one.MultiFactorAuthenticatedAt === undefined ? 'No' : 'Yes'),
          },
        ]}
      />
      {isOpen && (
        <RevokeDialog
          holder={holder}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false)
            reload()
          }}
        />
      )}
    </>
  )
}

const HOUR = 3600
const AGES = [
  { value: '0', label: 'All of them' },
  { value: String(HOUR), label: 'Those that began more than an hour ago' },
  { value: String(8 * HOUR), label: 'Those that began more than eight hours ago' },
] as const

function RevokeDialog({
  holder,
  onDone,
  onClose,
}: {
  readonly holder: Holder
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const [age, setAge] = useState('0')
  const act = useAct(() =>
    call('fleetkey', 'RevokeSessions', {
      ...named(holder),
      ...(age !== '0' && { IssuedBefore: Math.floor(serverTime() / 1000) - Number(age) }),
    }),
  )
  return (
    <Dialog
      title={`Revoke sessions of ${holder.name}?`}
      act="Revoke sessions"
      isRunning={act.isRunning}
      refusal={act.refusal}
      onAct={() => whenDone(act.run(), onDone)}
      onClose={onClose}
    >
      <FormField label="Which">
        <RadioGroup value={age} items={[...AGES]} onChange={({ detail }) => setAge(detail.value)} />
      </FormField>
      <Box>
        {`They end at once, with all that was made with them. Whoever may still ${holder.kind === 'role' ? 'assume the role' : 'sign in'} can come back: take that away first.`}
      </Box>
    </Dialog>
  )
}
