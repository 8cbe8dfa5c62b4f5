import { TERMINAL_ID_PATTERN } from '@fleetkey/wire/terminal/protocol'
import { EMPTY, MAX_PANES, MAX_TABS, type Pane, type Tab, type Workspace } from './workspace.ts'

/** What is kept of a workspace over a reload: only terminals that have a shell to come back to. */
export function keepWorkspace({ tabs, activeTab }: Workspace): string {
  const kept = tabs.flatMap(({ id, name, direction, panes, activePane }) => {
    const shells = panes.filter(({ terminalId }) => terminalId !== undefined)
    if (shells.length === 0) return []
    const active = Math.max(
      0,
      shells.findIndex((pane) => pane.id === activePane),
    )
    return [
      {
        ...(name !== undefined && { name }),
        direction,
        active,
        isInFront: id === activeTab,
        panes: shells.map(({ terminalId, instanceId, osUser }) => ({
          terminalId,
          instanceId,
          osUser,
        })),
      },
    ]
  })
  return JSON.stringify(kept)
}

/** The workspace that was kept; of another version or by another hand, what can be used of it. */
export function parseWorkspace(text: string | undefined): Workspace {
  let nextId = 1
  const next = () => nextId++
  const kept = parseList(text).slice(0, MAX_TABS)
  const tabs: Tab[] = []
  let activeTab: number | undefined
  for (const each of kept) {
    const panes = list(each['panes'])
      .slice(0, MAX_PANES)
      .flatMap((pane) => parsePane(pane, next))
    const [first] = panes
    if (first === undefined) continue
    const id = next()
    const name = typeof each['name'] === 'string' ? each['name'].slice(0, 60) : undefined
    const direction = each['direction'] === 'column' ? 'column' : 'row'
    const activePane = (panes[Number(each['active'])] ?? first).id
    tabs.push({ id, name, panes, direction, activePane })
    if (each['isInFront'] === true) activeTab = id
  }
  const [first] = tabs
  if (first === undefined) return EMPTY
  return { tabs, activeTab: activeTab ?? first.id, nextId }
}

function parsePane(
  { terminalId, instanceId, osUser }: Readonly<Record<string, unknown>>,
  next: () => number,
): readonly Pane[] {
  if (typeof terminalId !== 'string' || !TERMINAL_ID_PATTERN.test(terminalId)) return []
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 64) : '')
  return [{ id: next(), terminalId, instanceId: text(instanceId), osUser: text(osUser) }]
}

function parseList(text: string | undefined): readonly Readonly<Record<string, unknown>>[] {
  try {
    return list(JSON.parse(text ?? '[]'))
  } catch {
    return []
  }
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return []
  return value.filter(
    (each): each is Record<string, unknown> => typeof each === 'object' && each !== null,
  )
}
