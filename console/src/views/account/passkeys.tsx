import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { registerPasskey, whyNoPasskeys } from '../../api/passkeys.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { TimeText } from '../../ui/time-text.tsx'

interface Passkey {
  readonly PasskeyId: string
  readonly SerialNumber: string
  readonly Name: string
  readonly HostName: string
  readonly IsSynced: boolean
  /** Epoch seconds. */
  readonly CreateDate: number
  readonly LastUsedDate?: number
}

/** The passkeys that are one's second factor, or all that one signs in with. */
export function Passkeys({ userName }: { readonly userName: string }) {
  const passkeys = useAnswer(userName, async (signal) => {
    const { Passkeys: all } = await call<{ Passkeys: readonly Passkey[] }>(
      'fleetkey',
      'ListPasskeys',
      {},
      signal,
    )
    return all
  })
  const [name, setName] = useState<string>()
  const [renamed, setRenamed] = useState<Passkey>()
  const [removed, setRemoved] = useState<Passkey>()
  const add = useAct(async (wanted: string) => {
    await registerPasskey(wanted)
    setName(undefined)
    passkeys.reload()
  })
  const rename = useAct(async ({ PasskeyId, Name }: Passkey) => {
    await call('fleetkey', 'RenamePasskey', { PasskeyId, Name: Name.trim() })
    setRenamed(undefined)
    passkeys.reload()
  })
  const remove = useAct(async ({ SerialNumber }: Passkey) => {
    await call('iam', 'DeactivateMFADevice', { UserName: userName, SerialNumber })
    setRemoved(undefined)
    passkeys.reload()
  })
  const keep = () => {
    remove.forget()
    setRemoved(undefined)
  }
  const why = whyNoPasskeys()
  const list = passkeys.value ?? []

  return (
    <>
      <Table
        items={list}
        loading={passkeys.isLoading}
        loadingText="Loading your passkeys"
        trackBy="PasskeyId"
        columnDefinitions={[
          { id: 'name', header: 'Name', cell: ({ Name }) => Name, isRowHeader: true },
          { id: 'host', header: 'Good at', cell: ({ HostName }) => HostName },
          {
            id: 'kept',
            header: 'Kept by',
            cell: ({ IsSynced }) => (IsSynced ? 'Several devices' : 'One device'),
          },
          {
            id: 'added',
            header: 'Added',
            cell: ({ CreateDate }) => <TimeText seconds={CreateDate} />,
          },
          {
            id: 'used',
            header: 'Last used',
            cell: ({ LastUsedDate }) =>
              LastUsedDate === undefined ? 'Never' : <TimeText seconds={LastUsedDate} />,
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: (passkey) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button
                  variant="inline-link"
                  ariaLabel={`Rename ${passkey.Name}`}
                  onClick={() => setRenamed(passkey)}
                >
                  Rename
                </Button>
                <Button
                  variant="inline-link"
                  ariaLabel={`Remove ${passkey.Name}`}
                  onClick={() => setRemoved(passkey)}
                >
                  Remove
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
        empty={
          passkeys.value === undefined ? (
            <EmptyState title="Not shown" />
          ) : (
            <EmptyState title="No passkeys">
              {why ?? 'Sign in by finger, face or PIN: nobody can trick it out of you.'}
            </EmptyState>
          )
        }
        header={
          <Header
            variant="h2"
            {...(passkeys.value !== undefined && { counter: `(${list.length})` })}
            description="In place of an MFA code, or of the password and the code."
            actions={
              <Button disabled={why !== undefined} onClick={() => setName('')}>
                Add passkey
              </Button>
            }
          >
            Passkeys
          </Header>
        }
        footer={
          list.length > 0 && why !== undefined ? (
            <Alert type="info">{why}</Alert>
          ) : (
            <Refusal
              refusal={passkeys.refusal}
              header="Your passkeys are not shown"
              onRetry={passkeys.reload}
            />
          )
        }
      />
      {name !== undefined && (
        <FormDialog
          header="Add passkey"
          action="Continue"
          isRunning={add.isRunning}
          isComplete={name.trim() !== ''}
          onSubmit={() => void add.run(name.trim())}
          onCancel={() => {
            add.forget()
            setName(undefined)
          }}
        >
          <Refusal refusal={add.refusal} header="No passkey was added" />
          <NameField name={name} onChange={setName} />
          <Box variant="small">
            Your browser then asks where to keep it. It is good at {location.hostname} only.
          </Box>
        </FormDialog>
      )}
      {renamed !== undefined && (
        <FormDialog
          header="Rename passkey"
          action="Rename"
          isRunning={rename.isRunning}
          isComplete={renamed.Name.trim() !== ''}
          onSubmit={() => void rename.run(renamed)}
          onCancel={() => {
            rename.forget()
            setRenamed(undefined)
          }}
        >
          <Refusal refusal={rename.refusal} header="It was not renamed" />
          <NameField name={renamed.Name} onChange={(Name) => setRenamed({ ...renamed, Name })} />
        </FormDialog>
      )}
      <Modal
        visible={removed !== undefined}
        onDismiss={keep}
        header="Remove passkey"
        closeAriaLabel="Close"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={keep}>
                Cancel
              </Button>
              <Button
                variant="primary"
                loading={remove.isRunning}
                onClick={() => removed && void remove.run(removed)}
              >
                Remove
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <Box>
            {removed?.Name} signs you in no more. Take it out of your device or password manager
            too: there it stays.
          </Box>
          <Refusal refusal={remove.refusal} header="It was not removed" />
        </SpaceBetween>
      </Modal>
    </>
  )
}

function NameField({
  name,
  onChange,
}: {
  readonly name: string
  readonly onChange: (name: string) => void
}) {
  return (
    <FormField label="Passkey name" description="For you, e.g. of the device that keeps it.">
      <Input
        value={name}
        onChange={({ detail }) => onChange(detail.value.slice(0, 64))}
        autoComplete={false}
      />
    </FormField>
  )
}
