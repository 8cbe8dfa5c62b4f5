import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Ago } from '../parts/ago.tsx'
import { listAll } from '../api/iam.ts'
import { Refused } from '../parts/refused.tsx'
import { StepsDialog } from '../parts/steps-dialog.tsx'
import { removalSteps } from './remove-device.ts'

interface Device {
  readonly SerialNumber: string
  readonly EnableDate?: number
}

/** Second factors of somebody else: to be looked at, and taken away when a device is lost. People register their own. */
export function MfaDevices({ userName: UserName }: { readonly userName: string }) {
  const { value, refusal, reload } = useAnswer(`devices ${UserName}`, (signal) =>
    listAll<Device>(
      { operation: 'ListMFADevices', member: 'MFADevices', input: { UserName } },
      signal,
    ),
  )
  const [lost, setLost] = useState<Device>()
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The MFA devices cannot be shown" onRetry={reload} />
  }
  return (
    <>
      <Table<Device>
        items={value ?? []}
        loading={value === undefined}
        loadingText="Asking for MFA devices"
        wrapLines
        ariaLabels={{ tableLabel: 'MFA devices' }}
        header={
          <Header
            variant="h2"
            counter={value && `(${value.length})`}
            description={`${UserName} registers devices under Security credentials.`}
          >
            Multi-factor authentication (MFA)
          </Header>
        }
        empty={
          <EmptyState title="No MFA device">A password alone opens, if there is one.</EmptyState>
        }
        columnDefinitions={[
          {
            id: 'serial',
            header: 'Device',
            isRowHeader: true,
            cell: ({ SerialNumber }) => SerialNumber,
          },
          {
            id: 'since',
            header: 'Since',
            cell: (one) => <Ago seconds={one.EnableDate} never="–" />,
          },
          {
            id: 'acts',
            header: 'Actions',
            cell: (device) => (
              <Button
                variant="inline-link"
                ariaLabel={`Deactivate ${device.SerialNumber}`}
                onClick={() => setLost(device)}
              >
                Deactivate
              </Button>
            ),
          },
        ]}
      />
      {lost !== undefined && (
        <StepsDialog
          title="Deactivate this device?"
          act="Deactivate"
          steps={removalSteps(UserName, lost.SerialNumber)}
          onDone={() => {
            setLost(undefined)
            reload()
          }}
          onClose={() => setLost(undefined)}
        >
          <Box>{lost.SerialNumber}</Box>
          <Box>
            {value?.length === 1
              ? `It is the only one of ${UserName}: the password alone opens then, until another one is registered.`
              : 'The others stay as they are.'}
          </Box>
        </StepsDialog>
      )}
    </>
  )
}
