import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { findSession, sessionPage } from '../../sessions/find-session.ts'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { EndTerminalDialog } from './end-terminal-dialog.tsx'
import type { OpenTerminal } from './open-terminal.ts'
import { useOpenTerminals } from './use-open-terminals.ts'

const PAGE_SIZE = 50

/** Terminals that are open in browsers now: to watch, or to end, for those who may. */
export function TerminalTable() {
  const { terminals, refusal, isLoading, reload } = useOpenTerminals()
  const [page, setPage] = useState(1)
  const [selected, setSelected] = useState<OpenTerminal>()
  const [isEnding, setEnding] = useState(false)
  const ending = useAct((TerminalId: string) => call('fleetkey', 'EndTerminal', { TerminalId }))
  const navigate = useNavigate()
  const open = terminals ?? []
  const pages = Math.max(1, Math.ceil(open.length / PAGE_SIZE))
  const shownPage = Math.min(page, pages)
  // It may have ended meanwhile.
  const chosen = open.find(({ TerminalId }) => TerminalId === selected?.TerminalId)

  const finding = useAct(async (one: OpenTerminal | undefined) => {
    if (one === undefined) return
    const { InstanceId: instanceId, GrantId: requestId, StartTime: startedAt } = one
    const of = { instanceId, requestId, startedAt }
    const found = await findSession(of, AbortSignal.timeout(30_000))
    if (found !== undefined) return navigate(sessionPage(found))
    throw new Error('Its host has told of no login for it yet, or you may not see its sessions.')
  })

  const end = async ({ TerminalId }: OpenTerminal) => {
    if (await ending.run(TerminalId)) reload()
    setEnding(false)
  }
  return (
    <SpaceBetween size="m">
      <Refusal
        refusal={refusal}
        header="The terminals are not shown"
        askFor="fleetkey:ListTerminals"
        onRetry={reload}
      />
      <Refusal
        refusal={ending.refusal}
        header="It was not ended"
        askFor="fleetkey:EndTerminal"
        onDismiss={ending.forget}
      />
      <Refusal refusal={finding.refusal} header="No SSH session" onDismiss={finding.forget} />
      <Table
        variant="container"
        enableKeyboardNavigation
        resizableColumns
        trackBy="TerminalId"
        items={open.slice((shownPage - 1) * PAGE_SIZE, shownPage * PAGE_SIZE)}
        loading={isLoading && terminals === undefined}
        loadingText="Reading terminals"
        selectionType="single"
        selectedItems={chosen === undefined ? [] : [chosen]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems[0])}
        ariaLabels={{
          tableLabel: 'Open terminals',
          selectionGroupLabel: 'Terminal',
          itemSelectionLabel: (_, one) =>
            `${one.UserName} on ${one.InstanceName ?? one.InstanceId}`,
        }}
        columnDefinitions={[
          { id: 'who', header: 'User name', isRowHeader: true, cell: ({ UserName }) => UserName },
          {
            id: 'instance',
            header: 'Instance',
            cell: ({ InstanceId, InstanceName }) => (
              <RouteLink to={`/instances/${InstanceId}`}>{InstanceName ?? InstanceId}</RouteLink>
            ),
          },
          { id: 'os-user', header: 'OS user', cell: ({ InstanceOSUser }) => InstanceOSUser },
          {
            id: 'since',
            header: 'Since',
            width: 200,
            cell: (one) => <Moment seconds={one.StartTime} />,
          },
          { id: 'devices', header: 'Devices', cell: ({ Devices }) => Devices },
          { id: 'watching', header: 'Watching', cell: ({ Watching }) => Watching },
          {
            id: 'recorded',
            header: 'Recording',
            width: 150,
            cell: ({ Recorded }) =>
              Recorded ? (
                <StatusIndicator type="in-progress">Recorded</StatusIndicator>
              ) : (
                <StatusIndicator type="stopped">Not recorded</StatusIndicator>
              ),
          },
        ]}
        header={
          <Header
            variant="h2"
            counter={counterText(open.length, { isKnown: terminals !== undefined })}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel="Read again" onClick={reload} />
                <Button
                  disabled={chosen === undefined}
                  loading={finding.isRunning}
                  onClick={() => void finding.run(chosen)}
                >
                  SSH session
                </Button>
                <Button
                  disabled={chosen === undefined}
                  loading={ending.isRunning}
                  onClick={() => setEnding(true)}
                >
                  End
                </Button>
                <Button
                  variant="primary"
                  disabled={chosen === undefined}
                  onClick={() => void navigate(`/recordings/live/${chosen?.TerminalId}`)}
                >
                  Watch
                </Button>
              </SpaceBetween>
            }
          >
            Open terminals
          </Header>
        }
        pagination={
          pages > 1 && (
            <Pagination
              currentPageIndex={shownPage}
              pagesCount={pages}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
            />
          )
        }
        empty={
          refusal !== undefined ? (
            <EmptyState title="The terminals are not shown" />
          ) : (
            <EmptyState title="No terminal is open">
              None of yours, and none of others that you may see.
            </EmptyState>
          )
        }
      />
      {isEnding && chosen !== undefined && (
        <EndTerminalDialog
          who={chosen.UserName}
          isRunning={ending.isRunning}
          onEnd={() => void end(chosen)}
          onCancel={() => setEnding(false)}
        />
      )}
    </SpaceBetween>
  )
}
