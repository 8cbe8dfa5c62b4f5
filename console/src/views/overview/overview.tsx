import Grid from '@cloudscape-design/components/grid'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { memo, useDeferredValue, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { titleOf } from '../../overview/map-layout.ts'
import type { SpanName } from '../../overview/plots.ts'
import { Page } from '../../ui/page.tsx'
import { useInstances, type KnownInstances } from '../instances/use-instances.ts'
import { Alarms } from '../sessions/alarms.tsx'
import { Activity } from './activity.tsx'
import { CurrentSessions } from './current-sessions.tsx'
import { FirstRun } from './first-run.tsx'
import { FleetMap } from './fleet-map.tsx'
import { NeedsAttention } from './needs-attention.tsx'
import { NewestRefusals } from './newest-refusals.tsx'
import { TrailHealth } from './trail-health.tsx'
import { usePlots } from './use-plots.ts'

/** The fleet, who is in it, and what was refused, at a glance. */
export function Overview() {
  const known = useDeferredValue(useInstances())
  const isEmpty = known.isWhole && known.instances.length === 0 && known.refusal === undefined
  return isEmpty ? <FirstRun /> : <Fleet known={known} />
}

const Fleet = memo(function Fleet({ known }: { readonly known: KnownInstances }) {
  const [search, setSearch] = useSearchParams()
  const span = spanIn(search)
  const plots = usePlots(span)
  const names = useMemo(
    () => new Map(known.instances.map((each) => [each.instanceId, titleOf(each)])),
    [known.instances],
  )
  return (
    <Page title="Overview">
      <SpaceBetween size="l">
        <Alarms names={names} />
        <FleetMap known={known} />
        <Grid gridDefinition={HALVES}>
          <SpaceBetween size="l">
            <Activity
              known={plots}
              span={span}
              onSpan={(chosen) => setSearch({ span: chosen }, { replace: true })}
            />
            <NewestRefusals />
          </SpaceBetween>
          <SpaceBetween size="l">
            <CurrentSessions />
            <NeedsAttention known={known} />
            <TrailHealth />
          </SpaceBetween>
        </Grid>
      </SpaceBetween>
    </Page>
  )
})

const HALVES = [{ colspan: { default: 12, s: 7 } }, { colspan: { default: 12, s: 5 } }]

function spanIn(search: URLSearchParams): SpanName {
  const span = search.get('span')
  return span === 'hour' || span === 'week' ? span : 'day'
}
