import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { StepsDialog } from '../iam/parts/steps-dialog.tsx'
import { removalSteps } from '../iam/users/remove-device.ts'
import { AssignAuthenticator } from './assign-authenticator.tsx'

interface Device {
  readonly SerialNumber: string
  /** Epoch seconds. */
  readonly EnableDate: number
}

/** The authenticator apps that are one's second factor, and the codes for the day on which they are lost. */
export function MfaDevices({ userName }: { readonly userName: string }) {
  const devices = useAnswer(userName, async (signal) => {
    const { MFADevices } = await call<{ MFADevices: readonly Device[] }>(
      'iam',
      'ListMFADevices',
      { UserName: userName },
      signal,
    )
    return MFADevices
  })
  const [isAssigning, setAssigning] = useState(false)
  const [made, setMade] = useState<string>()
  const [removed, setRemoved] = useState<Device>()
  const [codes, setCodes] = useState<readonly string[]>()
  const renew = useAct(async () => {
    const { RecoveryCodes } = await call<{ RecoveryCodes: readonly string[] }>(
      'fleetkey',
      'CreateRecoveryCodes',
      { UserName: userName },
    )
    setCodes(RecoveryCodes)
  })
  const discard = useAct((SerialNumber: string) =>
    call('iam', 'DeleteVirtualMFADevice', { SerialNumber }),
  )
  const assigned = () => {
    setAssigning(false)
    setMade(undefined)
  }
  const leave = () => {
    assigned()
    // Nobody's device would keep its name taken.
    if (made !== undefined) void discard.run(made)
  }
  // Passkeys have a table of their own.
  const factors = devices.value ?? []
  const list = factors.filter(({ SerialNumber }) => SerialNumber.includes(':mfa/'))

  return (
    <>
      <Table
        items={list}
        loading={devices.isLoading}
        loadingText="Loading your devices"
        trackBy="SerialNumber"
        columnDefinitions={[
          {
            id: 'name',
            header: 'Device name',
            cell: (device) => nameOf(device),
            isRowHeader: true,
          },
          {
            id: 'enabled',
            header: 'Added',
            cell: ({ EnableDate }) => <TimeText seconds={EnableDate} />,
          },
          {
            id: 'remove',
            header: 'Actions',
            cell: (device) => (
              <Button
                variant="inline-link"
                ariaLabel={`Remove ${nameOf(device)}`}
                onClick={() => setRemoved(device)}
              >
                Remove
              </Button>
            ),
          },
        ]}
        empty={
          devices.value === undefined ? (
            <EmptyState title="Not shown" />
          ) : (
            <EmptyState title="No authenticator app">
              {factors.length === 0
                ? 'Whoever learns your password is you. Add an authenticator app, or a passkey.'
                : 'Your passkeys are your second factor.'}
            </EmptyState>
          )
        }
        header={
          <Header
            variant="h2"
            {...(devices.value !== undefined && { counter: `(${list.length})` })}
            description="Asked for beside your password, and when something gives rights or shows a secret."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  disabled={factors.length === 0}
                  loading={renew.isRunning}
                  onClick={() => void renew.run()}
                >
                  New recovery codes
                </Button>
                <Button onClick={() => setAssigning(true)}>Assign MFA device</Button>
              </SpaceBetween>
            }
          >
            Multi-factor authentication (MFA)
          </Header>
        }
        footer={
          <Refusal
            refusal={devices.refusal ?? renew.refusal}
            header={devices.refusal ? 'Your devices are not shown' : 'No codes were made'}
            onRetry={devices.refusal && devices.reload}
          />
        }
      />
      <Refusal
        refusal={discard.refusal}
        header="The device that you did not add keeps its name"
        onDismiss={discard.forget}
      />
      <Modal
        visible={isAssigning}
        onDismiss={leave}
        header="Assign MFA device"
        closeAriaLabel="Close"
      >
        {isAssigning && (
          <AssignAuthenticator
            userName={userName}
            onMade={setMade}
            onAssigned={() => {
              assigned()
              devices.reload()
            }}
          />
        )}
      </Modal>
      {removed !== undefined && (
        <StepsDialog
          title="Remove MFA device"
          act="Remove"
          steps={removalSteps(userName, removed.SerialNumber)}
          onDone={() => {
            setRemoved(undefined)
            devices.reload()
          }}
          onClose={() => setRemoved(undefined)}
        >
          <Box>
            {nameOf(removed)} is no second factor of yours any more.
            {factors.length === 1 && ' It is the last: your password alone signs you in then.'}
          </Box>
        </StepsDialog>
      )}
      <Modal
        visible={codes !== undefined}
        // By a button alone: a click beside it, or Escape, must not lose the codes.
        onDismiss={({ detail }) => {
          if (detail.reason === 'closeButton') setCodes(undefined)
        }}
        header="Recovery codes"
        closeAriaLabel="Close: the codes are not shown again"
        footer={
          <Box float="right">
            <Button variant="primary" onClick={() => setCodes(undefined)}>
              I have kept them
            </Button>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <Alert type="warning">
            They are shown this once; those you had are void. Each is good once in place of an MFA
            code. Keep them where your device is not.
          </Alert>
          <Box variant="pre">{codes?.join('\n')}</Box>
        </SpaceBetween>
      </Modal>
    </>
  )
}

/** Of `arn:aws:iam::…:mfa/phone` the last part. */
const nameOf = ({ SerialNumber }: Device): string =>
  SerialNumber.slice(SerialNumber.lastIndexOf('/') + 1)
