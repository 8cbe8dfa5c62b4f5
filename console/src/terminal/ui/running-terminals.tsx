import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Refusal } from '../../ui/refusal.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import { terminals } from '../live/terminals.ts'
import { usePlaceName } from './place-name.ts'

/** A terminal of this person, as ListTerminals tells it. */
interface Running {
  readonly TerminalId: string
  readonly InstanceId: string
  readonly InstanceOSUser: string
  /** Seconds since 1970. */
  readonly StartTime: number
  /** Devices that show it now. */
  readonly Devices?: number
}

/** Terminals of this person that run, here or on other devices: to take up, or to end. */
export function RunningTerminals({ onTaken }: { readonly onTaken?: () => void }) {
  const { value, refusal, isLoading, reload } = useAnswer('running terminals', (signal) =>
    call<{ readonly Terminals?: readonly Running[] }>(
      'fleetkey',
      'ListTerminals',
      { Mine: true },
      signal,
    ),
  )
  const ending = useAct((terminalId: string) =>
    call('fleetkey', 'EndTerminal', { TerminalId: terminalId }),
  )
  return (
    <SpaceBetween size="s">
      <Refusal refusal={refusal} header="Your terminals are not listed" onRetry={reload} />
      <Refusal refusal={ending.refusal} header="It was not ended" onDismiss={ending.forget} />
      <Table
        variant="embedded"
        trackBy="TerminalId"
        loading={isLoading && value === undefined}
        loadingText="Asking"
        items={value?.Terminals ?? []}
        header={
          <Header
            variant="h2"
            counter={value && `(${value.Terminals?.length ?? 0})`}
            actions={
              <Button variant="icon" iconName="refresh" ariaLabel="Read again" onClick={reload} />
            }
          >
            Running terminals
          </Header>
        }
        empty={
          <Box textAlign="center">
            {value === undefined
              ? 'They are not listed.'
              : 'None of yours runs, here or elsewhere.'}
          </Box>
        }
        columnDefinitions={[
          {
            id: 'place',
            header: 'Terminal',
            isRowHeader: true,
            cell: (running) => <PlaceName running={running} />,
          },
          {
            id: 'started',
            header: 'Started',
            cell: ({ StartTime }) => <TimeText seconds={StartTime} />,
          },
          {
            id: 'attached',
            header: 'Shown on',
            cell: ({ Devices = 0 }) => (Devices === 1 ? '1 device' : `${Devices} devices`),
          },
          {
            id: 'acts',
            header: 'Actions',
            cell: ({ TerminalId, InstanceId, InstanceOSUser }) => (
              <SpaceBetween size="xs" direction="horizontal">
                <Button
                  variant="inline-link"
                  onClick={() => {
                    terminals.attach({
                      terminalId: TerminalId,
                      instanceId: InstanceId,
                      osUser: InstanceOSUser,
                    })
                    onTaken?.()
                  }}
                >
                  Show here
                </Button>
                <Button
                  variant="inline-link"
                  onClick={() => {
                    void ending.run(TerminalId).then((isDone) => {
                      if (isDone) reload()
                    })
                  }}
                >
                  End
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
    </SpaceBetween>
  )
}

function PlaceName({ running }: { readonly running: Running }) {
  return usePlaceName({ instanceId: running.InstanceId, osUser: running.InstanceOSUser })
}
