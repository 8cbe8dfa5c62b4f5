import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAct } from '../../../api/use-act.ts'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { iam, listAll } from '../api/iam.ts'
import type { AccessKey } from '../api/shapes.ts'
import { Ago } from '../parts/ago.tsx'
import { ConfirmDelete } from '../parts/confirm-delete.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { download } from '../parts/download.ts'
import { Refused } from '../parts/refused.tsx'
import { Secret } from '../parts/secret.tsx'
import { whenDone } from '../parts/when-done.ts'

interface NewKey extends AccessKey {
  readonly SecretAccessKey: string
}

/** The access keys of a user. A secret is on the page while its dialog is open, and nowhere afterwards. */
export function AccessKeys({ userName: UserName }: { readonly userName: string }) {
  const { value, refusal, reload } = useAnswer(`keys ${UserName}`, (signal) =>
    listAll<AccessKey>(
      { operation: 'ListAccessKeys', member: 'AccessKeyMetadata', input: { UserName } },
      signal,
    ),
  )
  const [made, setMade] = useState<NewKey>()
  const [open, setOpen] = useState<{
    readonly act: 'create' | 'off' | 'delete'
    readonly key: string
  }>()
  const switching = useAct(async (Status: AccessKey['Status']) => {
    await iam('UpdateAccessKey', { UserName, AccessKeyId: open?.key, Status })
  })
  const turningOn = useAct(async (AccessKeyId: string) => {
    await iam('UpdateAccessKey', { UserName, AccessKeyId, Status: 'Active' })
  })
  const creating = useAct(async () => {
    const { AccessKey: key } = await iam<{ AccessKey: NewKey }>('CreateAccessKey', { UserName })
    setMade(key)
  })
  const close = () => setOpen(undefined)
  const done = () => {
    close()
    reload()
  }
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The access keys cannot be shown" onRetry={reload} />
  }
  return (
    <>
      <Table<AccessKey>
        items={value ?? []}
        loading={value === undefined}
        loadingText="Asking for access keys"
        wrapLines
        ariaLabels={{ tableLabel: 'Access keys' }}
        header={
          <Header
            variant="h2"
            counter={value && `(${value.length})`}
            description="For programs: the AWS CLI, SDKs and fleetkey. A user has two at most, so that one can take the place of the other."
            actions={
              <Button onClick={() => setOpen({ act: 'create', key: '' })}>Create access key</Button>
            }
          >
            Access keys
          </Header>
        }
        empty={
          <EmptyState title="No access keys">
            People need none: they sign in. Programs do.
          </EmptyState>
        }
        columnDefinitions={[
          { id: 'id', header: 'Access key ID', isRowHeader: true, cell: (key) => key.AccessKeyId },
          {
            id: 'status',
            header: 'Status',
            cell: ({ Status }) => (
              <StatusIndicator type={Status === 'Active' ? 'success' : 'stopped'}>
                {Status}
              </StatusIndicator>
            ),
          },
          { id: 'made', header: 'Created', cell: ({ CreateDate }) => <Ago seconds={CreateDate} /> },
          {
            id: 'used',
            header: 'Last used',
            cell: ({ AccessKeyId }) => <LastUsed id={AccessKeyId} />,
          },
          {
            id: 'acts',
            header: 'Actions',
            cell: ({ AccessKeyId, Status }) => (
              <ButtonDropdown
                variant="icon"
                ariaLabel={`Actions on ${AccessKeyId}`}
                expandToViewport
                items={[
                  Status === 'Active'
                    ? { id: 'off', text: 'Deactivate' }
                    : { id: 'on', text: 'Activate' },
                  // As AWS: first off, to see that nothing needs it, then gone.
                  {
                    id: 'delete',
                    text: 'Delete',
                    disabled: Status === 'Active',
                    disabledReason: 'Deactivate it first, and see that nothing needs it.',
                  },
                ]}
                onItemClick={({ detail }) => {
                  if (detail.id === 'on') {
                    whenDone(turningOn.run(AccessKeyId), reload)
                  } else {
                    setOpen({ act: detail.id === 'off' ? 'off' : 'delete', key: AccessKeyId })
                  }
                }}
              />
            ),
          },
        ]}
      />
      <Refused refusal={turningOn.refusal} header="The key was not activated" />
      {open?.act === 'create' && made === undefined && (
        <Dialog
          title={`Create an access key for ${UserName}?`}
          act="Create access key"
          isRunning={creating.isRunning}
          refusal={creating.refusal}
          onAct={() => void creating.run()}
          onClose={() => {
            creating.forget()
            close()
          }}
        >
          <Box>
            It works until it is deactivated. Where a person signs in, temporary credentials are
            better: fleetkey login.
          </Box>
        </Dialog>
      )}
      {made !== undefined && (
        <SecretOnce
          made={made}
          userName={UserName}
          onClose={() => {
            setMade(undefined)
            done()
          }}
        />
      )}
      {open?.act === 'off' && (
        <Dialog
          title={`Deactivate ${open.key}?`}
          act="Deactivate"
          isRunning={switching.isRunning}
          refusal={switching.refusal}
          onAct={() => whenDone(switching.run('Inactive'), done)}
          onClose={() => {
            switching.forget()
            close()
          }}
        >
          <Box>
            It opens nothing from then on, and sessions that were made with it end for good. It can
            be activated again.
          </Box>
        </Dialog>
      )}
      {open?.act === 'delete' && (
        <ConfirmDelete
          name={open.key}
          what="access key"
          consequences={<Box>Programs that use it stop working.</Box>}
          onDelete={() => iam('DeleteAccessKey', { UserName, AccessKeyId: open.key })}
          onDone={done}
          onClose={close}
        />
      )}
    </>
  )
}

function LastUsed({ id }: { readonly id: string }) {
  const { value, refusal } = useAnswer(`last used ${id}`, (signal) =>
    iam<{ AccessKeyLastUsed: { LastUsedDate?: number; ServiceName: string; Region: string } }>(
      'GetAccessKeyLastUsed',
      { AccessKeyId: id },
      signal,
    ),
  )
  if (refusal !== undefined) return <>–</>
  if (value === undefined) return <>…</>
  const { LastUsedDate, ServiceName } = value.AccessKeyLastUsed
  if (LastUsedDate === undefined) return <>Never</>
  return (
    <>
      <Ago seconds={LastUsedDate} /> for {ServiceName}
    </>
  )
}

/** The one time that a secret is told. */
function SecretOnce({
  made,
  userName,
  onClose,
}: {
  readonly made: NewKey
  readonly userName: string
  readonly onClose: () => void
}) {
  const { AccessKeyId, SecretAccessKey, CreateDate } = made
  return (
    <Modal
      visible
      header="Retrieve the access key"
      closeAriaLabel="Close: the secret is not shown again"
      // By the button alone: a click beside it must not lose the secret.
      onDismiss={({ detail }) => {
        if (detail.reason === 'closeButton') onClose()
      }}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              iconName="download"
              onClick={() =>
                download(
                  `${userName}_accessKeys.csv`,
                  `Access key ID,Secret access key\n${AccessKeyId},${SecretAccessKey}\n`,
                )
              }
            >
              Download .csv file
            </Button>
            <Button variant="primary" onClick={onClose}>
              Done
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">
          This is the only time that the secret is shown. If it is lost, create another key.
        </Alert>
        <KeyValuePairs
          items={[
            { label: 'Access key ID', value: AccessKeyId },
            { label: 'Created', value: <TimeText seconds={CreateDate} /> },
          ]}
        />
        <Secret label="Secret access key" value={SecretAccessKey} />
      </SpaceBetween>
    </Modal>
  )
}
