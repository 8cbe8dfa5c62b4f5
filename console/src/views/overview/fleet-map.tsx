import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useMemo, useState } from 'react'
import { LiveIndicator } from '../../live/live-indicator.tsx'
import { groupHosts, groupingKeys, SITE } from '../../overview/map-layout.ts'
import { counterText } from '../../ui/counter-text.ts'
import { keep, readStored } from '../../ui/stored.ts'
import type { KnownInstances } from '../instances/use-instances.ts'
import { HostMap } from './host-map.tsx'
import { HostTable } from './host-table.tsx'
import { MapLegend } from './map-legend.tsx'
import { PartRefusal } from './part-refusal.tsx'

const KEY = 'fleetkey.overview.map'

/** The fleet as it is now, by site or by a tag. */
export function FleetMap({ known }: { readonly known: KnownInstances }) {
  const { instances, isWhole, refusal, live, reload } = known
  const [settings, setSettings] = useState(readSettings)
  const keys = useMemo(() => groupingKeys(instances), [instances])
  const by = keys.includes(settings.by) ? settings.by : SITE
  const groups = useMemo(() => groupHosts(instances, by), [instances, by])
  const change = (changed: Partial<Settings>) => {
    const next = { ...settings, ...changed }
    keep(KEY, next)
    setSettings(next)
  }
  const options = [
    { value: SITE, label: 'Site' },
    ...keys.map((key) => ({ value: key, label: `Tag ${key}` })),
  ]
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={counterText(instances.length, { hasMore: !isWhole, isKnown: isWhole })}
          actions={
            <SpaceBetween direction="horizontal" size="xs" alignItems="center">
              <LiveIndicator state={live} />
              <Select
                ariaLabel="Group hosts by"
                options={options}
                selectedOption={options.find(({ value }) => value === by) ?? null}
                onChange={({ detail }) => change({ by: detail.selectedOption.value ?? SITE })}
              />
              <SegmentedControl
                label="How hosts are shown"
                selectedId={settings.as}
                onChange={({ detail }) =>
                  change({ as: detail.selectedId === 'table' ? 'table' : 'map' })
                }
                options={[
                  { id: 'map', text: 'Map' },
                  { id: 'table', text: 'Table' },
                ]}
              />
            </SpaceBetween>
          }
        >
          Hosts
        </Header>
      }
    >
      <SpaceBetween size="s">
        <PartRefusal refusal={refusal} header="The instances are not shown" onRetry={reload} />
        {!isWhole && refusal === undefined && instances.length === 0 && <Spinner />}
        {(instances.length > 0 || refusal === undefined) && (
          <>
            <MapLegend groups={groups} />
            {settings.as === 'table' ? (
              <HostTable groups={groups} by={by} />
            ) : (
              <HostMap groups={groups} />
            )}
          </>
        )}
      </SpaceBetween>
    </Container>
  )
}

interface Settings {
  readonly by: string
  readonly as: 'map' | 'table'
}

function readSettings(): Settings {
  const { by, as } = (readStored(KEY) ?? {}) as { readonly by?: unknown; readonly as?: unknown }
  return { by: typeof by === 'string' ? by : SITE, as: as === 'table' ? 'table' : 'map' }
}
