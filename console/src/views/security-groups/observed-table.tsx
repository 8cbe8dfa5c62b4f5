import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import type { Asked } from '../../api/use-answer.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import type { ObservedIngress } from './observed.ts'

/** Who came and no rule let in; whom the rules of now would cut. */
export function ObservedTable({
  observed,
  title,
  description,
  whenEmpty = 'Nobody came whom no rule lets in',
  withInstance,
}: {
  readonly observed: Asked<readonly ObservedIngress[]>
  readonly title: string
  readonly description: string
  readonly whenEmpty?: string
  readonly withInstance?: true
}) {
  if (observed.refusal !== undefined && observed.value === undefined) {
    return (
      <Refusal
        refusal={observed.refusal}
        header="Who came is not shown"
        askFor="fleetkey:ListObservedIngress"
        onRetry={() => observed.reload()}
      />
    )
  }
  const rows = observed.value ?? []
  return (
    <Table
      items={rows}
      trackBy={({ instanceId, address, port, outcome }) =>
        `${instanceId} ${address} ${port} ${outcome}`
      }
      loading={observed.isLoading && observed.value === undefined}
      loadingText="Reading who came"
      ariaLabels={{ tableLabel: title }}
      header={
        <Header variant="h2" counter={`(${rows.length})`} description={description}>
          {title}
        </Header>
      }
      columnDefinitions={[
        {
          id: 'from',
          header: 'From',
          isRowHeader: true,
          cell: ({ address }) => address,
        },
        ...(withInstance === true
          ? [
              {
                id: 'instance',
                header: 'Instance',
                cell: ({ instanceId }: ObservedIngress) => (
                  <RouteLink to={`/instances/${instanceId}?tab=groups`}>{instanceId}</RouteLink>
                ),
              },
            ]
          : []),
        { id: 'port', header: 'Port', cell: ({ port }) => port },
        { id: 'attempts', header: 'Attempts', cell: ({ attempts }) => attempts },
        { id: 'last', header: 'Last', cell: ({ lastAt }) => <TimeText seconds={lastAt} /> },
        {
          id: 'so-far',
          header: 'So far',
          cell: ({ outcome }) => (outcome === 'cut' ? 'Cut' : 'Let in'),
        },
        {
          id: 'now',
          header: 'By the rules of now',
          cell: ({ isLetInNow }) =>
            isLetInNow ? (
              <StatusIndicator type="success">Let in</StatusIndicator>
            ) : (
              <StatusIndicator type="error">Would be cut</StatusIndicator>
            ),
        },
      ]}
      empty={
        <EmptyState title={whenEmpty}>
          Hosts with security groups report who did, in either mode.
        </EmptyState>
      }
    />
  )
}
