import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { TimeText } from '../../ui/time-text.tsx'

interface AccessKey {
  readonly AccessKeyId: string
  readonly Status: 'Active' | 'Inactive'
  /** Epoch seconds. */
  readonly CreateDate: number
}

interface NewKey extends AccessKey {
  readonly SecretAccessKey: string
}

/** One's own long-term keys, for programs. */
export function AccessKeys() {
  const keys = useAnswer('own', async (signal) => {
    const { AccessKeyMetadata } = await call<{ AccessKeyMetadata: readonly AccessKey[] }>(
      'iam',
      'ListAccessKeys',
      {},
      signal,
    )
    return AccessKeyMetadata
  })
  const [made, setMade] = useState<NewKey>()
  const [deleted, setDeleted] = useState<AccessKey>()
  const make = useAct(async () => {
    const { AccessKey: key } = await call<{ AccessKey: NewKey }>('iam', 'CreateAccessKey')
    setMade(key)
    keys.reload()
  })
  const change = useAct(async ({ AccessKeyId, Status }: AccessKey) => {
    const other = Status === 'Active' ? 'Inactive' : 'Active'
    await call('iam', 'UpdateAccessKey', { AccessKeyId, Status: other })
    keys.reload()
  })
  const remove = useAct(async ({ AccessKeyId }: AccessKey) => {
    await call('iam', 'DeleteAccessKey', { AccessKeyId })
    setDeleted(undefined)
    keys.reload()
  })
  const keep = () => {
    remove.forget()
    setDeleted(undefined)
  }
  const list = keys.value ?? []

  return (
    <>
      <Table
        items={list}
        loading={keys.isLoading}
        loadingText="Loading your access keys"
        trackBy="AccessKeyId"
        columnDefinitions={[
          {
            id: 'id',
            header: 'Access key ID',
            cell: ({ AccessKeyId }) => <Copyable text={AccessKeyId} what="the access key ID" />,
            isRowHeader: true,
          },
          {
            id: 'status',
            header: 'Status',
            cell: ({ Status }) => (
              <StatusIndicator type={Status === 'Active' ? 'success' : 'stopped'}>
                {Status}
              </StatusIndicator>
            ),
          },
          {
            id: 'created',
            header: 'Created',
            cell: ({ CreateDate }) => <TimeText seconds={CreateDate} />,
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: (key) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button
                  variant="inline-link"
                  ariaLabel={`${key.Status === 'Active' ? 'Deactivate' : 'Activate'} ${key.AccessKeyId}`}
                  disabled={change.isRunning}
                  onClick={() => {
                    make.forget()
                    void change.run(key)
                  }}
                >
                  {key.Status === 'Active' ? 'Deactivate' : 'Activate'}
                </Button>
                <Button
                  variant="inline-link"
                  ariaLabel={`Delete ${key.AccessKeyId}`}
                  onClick={() => setDeleted(key)}
                >
                  Delete
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
        empty={
          keys.value === undefined ? (
            <EmptyState title="Not shown" />
          ) : (
            <EmptyState title="No access keys">
              Programs sign with them; people need none to work in the console or with fleetkey
              login.
            </EmptyState>
          )
        }
        header={
          <Header
            variant="h2"
            {...(keys.value !== undefined && { counter: `(${list.length})` })}
            actions={
              <Button
                loading={make.isRunning}
                onClick={() => {
                  change.forget()
                  void make.run()
                }}
              >
                Create access key
              </Button>
            }
          >
            Access keys
          </Header>
        }
        footer={
          <Refusal
            refusal={keys.refusal ?? make.refusal ?? change.refusal}
            header={keys.refusal ? 'Your access keys are not shown' : 'That was refused'}
            onRetry={keys.refusal && keys.reload}
          />
        }
      />
      <Modal
        visible={made !== undefined}
        // By a button alone: a click beside it, or Escape, must not lose the secret.
        onDismiss={({ detail }) => {
          if (detail.reason === 'closeButton') setMade(undefined)
        }}
        header="Retrieve access key"
        closeAriaLabel="Close: the secret is not shown again"
        footer={
          <Box float="right">
            <Button variant="primary" onClick={() => setMade(undefined)}>
              Done
            </Button>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <Alert type="warning">
            The secret is shown this once. If it is lost, make another key.
          </Alert>
          <FormField label="Access key ID">
            <Copyable text={made?.AccessKeyId ?? ''} what="the access key ID" />
          </FormField>
          <FormField label="Secret access key">
            <Copyable text={made?.SecretAccessKey ?? ''} what="the secret access key" />
          </FormField>
        </SpaceBetween>
      </Modal>
      <Modal
        visible={deleted !== undefined}
        onDismiss={keep}
        header="Delete access key"
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
                onClick={() => deleted && void remove.run(deleted)}
              >
                Delete
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          <Box>
            Programs that sign with {deleted?.AccessKeyId} are refused from then on. It does not
            come back: deactivate it first to see what still needs it.
          </Box>
          <Refusal refusal={remove.refusal} header="It was not deleted" />
        </SpaceBetween>
      </Modal>
    </>
  )
}
