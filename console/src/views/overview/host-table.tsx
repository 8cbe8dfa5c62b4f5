import Table from '@cloudscape-design/components/table'
import { HOST_STATES } from '../../overview/fleet-health.ts'
import type { HostGroup } from '../../overview/map-layout.ts'
import { SITE } from '../../overview/map-layout.ts'
import { RouteLink } from '../../ui/route-link.tsx'
import { STATE_WORDS } from './host-map.tsx'
import { instancesLink } from './instances-link.ts'
import { countOf } from './map-legend.tsx'

/** The map in numbers, each of which leads to its hosts. */
export function HostTable({
  groups,
  by,
}: {
  readonly groups: readonly HostGroup[]
  readonly by: string
}) {
  return (
    <Table
      variant="embedded"
      items={groups}
      trackBy="name"
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: 'Hosts by group' }}
      columnDefinitions={[
        {
          id: 'group',
          header: by === SITE ? 'Site' : by,
          isRowHeader: true,
          cell: ({ name }) => <Named by={by} name={name} />,
        },
        { id: 'all', header: 'Hosts', cell: ({ hosts }) => hosts.length.toLocaleString('en') },
        ...HOST_STATES.map((state) => ({
          id: state,
          header: STATE_WORDS[state],
          cell: (group: HostGroup) => {
            const count = countOf([group], state)
            if (count === 0 || group.name === NONE) return count.toLocaleString('en')
            return (
              <RouteLink to={instancesLink(state, { by, name: group.name })}>
                {count.toLocaleString('en')}
              </RouteLink>
            )
          },
        })),
      ]}
    />
  )
}

/** Those without the tag. */
const NONE = '–'

function Named({ by, name }: { readonly by: string; readonly name: string }) {
  if (name === NONE) return <>Without it</>
  return <RouteLink to={instancesLink(undefined, { by, name })}>{name}</RouteLink>
}
