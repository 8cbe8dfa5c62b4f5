import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import { HOST_STATES, type HostState } from '../../overview/fleet-health.ts'
import type { HostGroup } from '../../overview/map-layout.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { STATE_WORDS } from './host-map.tsx'
import { instancesLink } from './instances-link.ts'

const STATE_TYPES: Readonly<Record<HostState, StatusIndicatorProps.Type>> = {
  connected: 'success',
  impaired: 'warning',
  lost: 'error',
  pending: 'pending',
}

/** How many there are of each state, each of it a link to them. */
export function MapLegend({ groups }: { readonly groups: readonly HostGroup[] }) {
  return (
    <SpaceBetween direction="horizontal" size="m">
      {HOST_STATES.map((state) => {
        const count = countOf(groups, state)
        return count === 0 ? undefined : (
          <StatusIndicator key={state} type={STATE_TYPES[state]}>
            <RouteLink to={instancesLink(state)}>
              {count.toLocaleString('en')} {STATE_WORDS[state].toLowerCase()}
            </RouteLink>
          </StatusIndicator>
        )
      })}
    </SpaceBetween>
  )
}

export const countOf = (groups: readonly HostGroup[], state: HostState): number =>
  groups.reduce((sum, { hosts }) => sum + hosts.filter((host) => host.state === state).length, 0)
