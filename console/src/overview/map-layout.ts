import { asPeopleCount } from '../ui/as-people-count.ts'
import type { ListedInstance } from '../views/instances/listed-instance.ts'
import { hostState, type HostState } from './fleet-health.ts'

/** Hosts that belong together. */
export interface HostGroup {
  readonly name: string
  readonly hosts: readonly MapHost[]
}

interface MapHost {
  readonly instance: ListedInstance
  readonly state: HostState
}

/** A tile on the map, in pixels of CSS. */
export interface Tile extends MapHost {
  readonly x: number
  readonly y: number
}

export interface MapLayout {
  readonly tiles: readonly Tile[]
  readonly labels: readonly { readonly text: string; readonly x: number; readonly y: number }[]
  /** Of a tile, and between two. */
  readonly size: number
  readonly gap: number
  readonly height: number
}

/** By what hosts can be grouped: `site`, or the key of a tag. */
export const SITE = 'site'

/** In the order of their names; those without the tag come last, as `–`. */
export function groupHosts(instances: readonly ListedInstance[], by: string): readonly HostGroup[] {
  const hosts = instances.flatMap((instance): MapHost[] => {
    const state = hostState(instance)
    return state === undefined ? [] : [{ instance, state }]
  })
  const groups = Map.groupBy(hosts, ({ instance }) =>
    by === SITE ? instance.site : (instance.tags.get(by) ?? ''),
  )
  return [...groups]
    .toSorted(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : asPeopleCount(a, b)))
    .map(([name, members]) => ({
      name: name === '' ? '–' : name,
      hosts: members.toSorted((a, b) => asPeopleCount(titleOf(a.instance), titleOf(b.instance))),
    }))
}

export const titleOf = ({ name, instanceId }: ListedInstance): string => name ?? instanceId

/** Tags that there is something to group by: keys that several hosts have, with not as many values as hosts. */
export function groupingKeys(instances: readonly ListedInstance[]): readonly string[] {
  const found = new Map<string, { hosts: number; readonly values: Set<string> }>()
  for (const { tags } of instances) {
    for (const [key, value] of tags) {
      const of = found.get(key) ?? { hosts: 0, values: new Set() }
      of.hosts++
      of.values.add(value)
      found.set(key, of)
    }
  }
  return [...found]
    .filter(([key, { hosts, values }]) => key !== 'Name' && (hosts === 1 || values.size < hosts))
    .map(([key]) => key)
    .toSorted()
}

const LABEL_HEIGHT = 20
const GROUP_GAP = 10

/** Sizes of tiles, and what is between two. */
const SIZES = [
  { size: 26, gap: 3 },
  { size: 18, gap: 3 },
  { size: 12, gap: 3 },
  { size: 8, gap: 3 },
  { size: 6, gap: 2 },
  { size: 4, gap: 1 },
] as const
/** What else is on the page is to be seen too. */
const MAX_HEIGHT = 480

/** As large as fit, and all of the same size: the map tells of a fleet of three as of one of five thousand. */
export function layOut(groups: readonly HostGroup[], width: number): MapLayout {
  const fitting = SIZES.find((tile) => heightOf(groups, width, tile) <= MAX_HEIGHT)
  const { size, gap } = fitting ?? { size: 4, gap: 1 }
  const step = size + gap
  const perRow = tilesInRow(width, { size, gap })
  const tiles: Tile[] = []
  const labels: { text: string; x: number; y: number }[] = []
  let y = 0
  for (const { name, hosts } of groups) {
    labels.push({
      text: `${name} (${hosts.length.toLocaleString('en')})`,
      x: 0,
      y: y + LABEL_HEIGHT - 6,
    })
    y += LABEL_HEIGHT
    for (const [index, host] of hosts.entries()) {
      const [row, column] = [Math.floor(index / perRow), index % perRow]
      tiles.push({ ...host, x: column * step, y: y + row * step })
    }
    y += Math.ceil(hosts.length / perRow) * step + GROUP_GAP
  }
  return { tiles, labels, size, gap, height: Math.max(0, y - GROUP_GAP) }
}

interface TileSize {
  readonly size: number
  readonly gap: number
}

const tilesInRow = (width: number, { size, gap }: TileSize): number =>
  Math.max(1, Math.floor((width + gap) / (size + gap)))

function heightOf(groups: readonly HostGroup[], width: number, tile: TileSize): number {
  const perRow = tilesInRow(width, tile)
  const rows = groups.reduce((sum, { hosts }) => sum + Math.ceil(hosts.length / perRow), 0)
  return rows * (tile.size + tile.gap) + groups.length * (LABEL_HEIGHT + GROUP_GAP) - GROUP_GAP
}

/** The tile at this place, if there is one. Gaps belong to the tile before them. */
export function tileAt(layout: MapLayout, x: number, y: number): Tile | undefined {
  const step = layout.size + layout.gap
  return layout.tiles.find(
    (tile) => x >= tile.x && x < tile.x + step && y >= tile.y && y < tile.y + step,
  )
}
