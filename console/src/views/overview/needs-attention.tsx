import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useMemo } from 'react'
import { concernsOf, type Concern } from '../../overview/fleet-health.ts'
import { titleOf } from '../../overview/map-layout.ts'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import type { KnownInstances } from '../instances/use-instances.ts'

const SHOWN = 8

/** Hosts that somebody should look at, and why. */
export function NeedsAttention({
  known: { instances, isWhole, refusal },
}: {
  readonly known: Pick<KnownInstances, 'instances' | 'isWhole' | 'refusal'>
}) {
  const concerns = useMemo(() => concernsOf(instances), [instances])
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={counterText(concerns.length, { hasMore: !isWhole, isKnown: isWhole })}
        >
          Hosts that need attention
        </Header>
      }
    >
      <Table
        variant="embedded"
        wrapLines
        items={concerns.slice(0, SHOWN)}
        ariaLabels={{ tableLabel: 'Hosts that need attention' }}
        loading={!isWhole && refusal === undefined && concerns.length === 0}
        loadingText="Reading the instances"
        // All is well only where all of them are known.
        empty={<EmptyState title={isWhole ? 'All is well' : 'The fleet is not known'} />}
        columnDefinitions={[
          {
            id: 'host',
            header: 'Host',
            isRowHeader: true,
            minWidth: 110,
            cell: ({ instance }) => (
              <RouteLink to={`/instances/${encodeURIComponent(instance.instanceId)}`}>
                <bdi style={{ maxWidth: 130, overflowWrap: 'anywhere' }}>{titleOf(instance)}</bdi>
              </RouteLink>
            ),
          },
          {
            id: 'why',
            header: 'Why',
            minWidth: 190,
            cell: ({ kind, says }) => (
              <StatusIndicator type={TYPES[kind]}>
                <span style={{ wordBreak: 'normal', overflowWrap: 'anywhere' }}>{says}</span>
              </StatusIndicator>
            ),
          },
        ]}
        {...(concerns.length > SHOWN && {
          footer: `and ${(concerns.length - SHOWN).toLocaleString('en')} more: group the map, or filter the instances.`,
        })}
      />
    </Container>
  )
}

const TYPES: Readonly<Record<Concern['kind'], StatusIndicatorProps.Type>> = {
  lost: 'error',
  problems: 'warning',
  'not-locked': 'warning',
  'old-agent': 'info',
}
