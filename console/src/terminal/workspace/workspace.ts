/** One terminal of a tab. */
export interface Pane {
  /** Of this page alone. */
  readonly id: number
  /** Once there is a shell behind it. */
  readonly terminalId: string | undefined
  /** Empty while a terminal of another device is attached of which nothing is known yet. */
  readonly instanceId: string
  readonly osUser: string
}

export interface Tab {
  readonly id: number
  /** What a person called it; undefined for user and instance. */
  readonly name: string | undefined
  /** At least one. */
  readonly panes: readonly Pane[]
  readonly direction: Direction
  readonly activePane: number
}

/** How the panes of a tab stand: beside or below each other. */
export type Direction = 'row' | 'column'

/** The tabs of the page. */
export interface Workspace {
  readonly tabs: readonly Tab[]
  readonly activeTab: number
  readonly nextId: number
}

export type NewPane = Omit<Pane, 'id'>

export const EMPTY: Workspace = { tabs: [], activeTab: 0, nextId: 1 }
export const MAX_PANES = 6
export const MAX_TABS = 30
const LONGEST_NAME = 60

export function withTab(workspace: Workspace, pane: NewPane): Workspace {
  const { tabs, nextId } = workspace
  if (tabs.length >= MAX_TABS) return workspace
  const tab: Tab = {
    id: nextId,
    name: undefined,
    panes: [{ ...pane, id: nextId + 1 }],
    direction: 'row',
    activePane: nextId + 1,
  }
  return { tabs: [...tabs, tab], activeTab: tab.id, nextId: nextId + 2 }
}

/** Another terminal on the instance of a pane, behind it. */
export function withSplit(workspace: Workspace, paneId: number, direction: Direction): Workspace {
  const { nextId } = workspace
  return withTabOf(workspace, paneId, (tab) => {
    if (tab.panes.length >= MAX_PANES) return tab
    return {
      ...tab,
      direction,
      activePane: nextId,
      panes: tab.panes.flatMap((pane) =>
        pane.id === paneId ? [pane, { ...pane, terminalId: undefined, id: nextId }] : [pane],
      ),
    }
  })
}

/** With its last pane a tab goes; then its neighbour is in front. */
export function withoutPane(workspace: Workspace, paneId: number): Workspace {
  const at = workspace.tabs.findIndex(({ panes }) => panes.some(({ id }) => id === paneId))
  const tab = workspace.tabs[at]
  if (tab === undefined) return workspace
  const panes = tab.panes.filter(({ id }) => id !== paneId)
  const [first] = panes
  if (first !== undefined) {
    const activePane = tab.activePane === paneId ? first.id : tab.activePane
    return withTabOf(workspace, first.id, () => ({ ...tab, panes, activePane }))
  }
  const tabs = workspace.tabs.filter(({ id }) => id !== tab.id)
  const neighbour = tabs[Math.max(0, at - 1)]
  const activeTab = workspace.activeTab === tab.id ? (neighbour?.id ?? 0) : workspace.activeTab
  return { ...workspace, tabs, activeTab }
}

export function withActive(workspace: Workspace, paneId: number): Workspace {
  const tab = tabOf(workspace, paneId)
  if (tab === undefined) return workspace
  const next = withTabOf(workspace, paneId, () => ({ ...tab, activePane: paneId }))
  return { ...next, activeTab: tab.id }
}

/** Moves a tab so many places to the right, or to the left; not beyond the ends. */
export function withTabMoved(workspace: Workspace, tabId: number, by: number): Workspace {
  const { tabs } = workspace
  const from = tabs.findIndex(({ id }) => id === tabId)
  const tab = tabs[from]
  const to = Math.max(0, Math.min(tabs.length - 1, from + by))
  if (tab === undefined || to === from) return workspace
  const others = tabs.filter(({ id }) => id !== tabId)
  return { ...workspace, tabs: others.toSpliced(to, 0, tab) }
}

/** An empty name is none. */
export function withName(workspace: Workspace, tabId: number, name: string): Workspace {
  const kept = name.trim().slice(0, LONGEST_NAME)
  return {
    ...workspace,
    tabs: workspace.tabs.map((tab) =>
      tab.id === tabId ? { ...tab, name: kept === '' ? undefined : kept } : tab,
    ),
  }
}

/** What the control plane says of the shell behind a pane. */
export function withShell(workspace: Workspace, paneId: number, shell: NewPane): Workspace {
  return withTabOf(workspace, paneId, (tab) => ({
    ...tab,
    panes: tab.panes.map((pane) => (pane.id === paneId ? { ...shell, id: paneId } : pane)),
  }))
}

/** The tab, or the pane of the one in front, that comes next (`by` 1) or before (-1). */
export function neighbour(
  workspace: Workspace,
  of: 'tab' | 'pane',
  by: 1 | -1,
): number | undefined {
  const { tabs, activeTab } = workspace
  const tab = tabs.find(({ id }) => id === activeTab)
  if (tab === undefined) return undefined
  if (of === 'pane') return around(tab.panes, tab.activePane, by)?.id
  return around(tabs, activeTab, by)?.activePane
}

export function tabOf(workspace: Workspace, paneId: number): Tab | undefined {
  return workspace.tabs.find(({ panes }) => panes.some(({ id }) => id === paneId))
}

export function activePane(workspace: Workspace): Pane | undefined {
  const tab = workspace.tabs.find(({ id }) => id === workspace.activeTab)
  return tab?.panes.find(({ id }) => id === tab.activePane)
}

function withTabOf(workspace: Workspace, paneId: number, change: (tab: Tab) => Tab): Workspace {
  const tab = tabOf(workspace, paneId)
  if (tab === undefined) return workspace
  const changed = change(tab)
  if (changed === tab) return workspace
  const nextId = Math.max(workspace.nextId, ...changed.panes.map(({ id }) => id + 1))
  return {
    ...workspace,
    nextId,
    tabs: workspace.tabs.map((each) => (each.id === tab.id ? changed : each)),
  }
}

function around<Each extends { readonly id: number }>(
  list: readonly Each[],
  id: number,
  by: 1 | -1,
): Each | undefined {
  const at = list.findIndex((each) => each.id === id)
  return list[(at + by + list.length) % list.length]
}
