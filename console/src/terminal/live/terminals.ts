import { currentSession, onSessionChange, sessionStanding } from '../../api/console-session.ts'
import { forgetFilePlaces } from '../files/terminal-transfers.ts'
import type { KeyAct } from '../keys/key-act.ts'
import { sessionOf } from '../connection/connection-state.ts'
import { keepWorkspace, parseWorkspace } from '../workspace/kept-workspace.ts'
import {
  activePane,
  EMPTY,
  neighbour,
  tabOf,
  withActive,
  withName,
  withoutPane,
  withShell,
  withSplit,
  withTab,
  withTabMoved,
  type Direction,
  type NewPane,
  type Pane,
  type Workspace,
} from '../workspace/workspace.ts'
import { LiveTerminal } from './live-terminal.ts'
import { inTab } from '../../ui/kept-here.ts'

/**
 * The terminals of this page: tabs, panes, and the live terminal of each. They are kept for as long as the page is, whichever of its views is shown, and
 * found again after a reload. They are one person's: whoever signs in next in this browser sees nothing of them.
 */
class Terminals {
  readonly #live = new Map<number, LiveTerminal>()
  readonly #listeners = new Set<() => void>()
  #owner: string | undefined
  #workspace = EMPTY
  /** What the page does at keys that it cannot do here. */
  onAct: (act: KeyAct) => void = () => {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly workspace = (): Workspace => this.#workspace

  /**
   * Whose they are from now on: another's are taken from the page, and theirs are found again.
   * @param owner of the session (console-session.ts); undefined when they have signed out, who will not come back to these
   */
  belongTo(owner: string | undefined): void {
    if (owner === this.#owner) return
    for (const live of this.#live.values()) live.close()
    this.#live.clear()
    forgetFilePlaces()
    if (owner === undefined && this.#owner !== undefined) {
      inTab.removeItem(keyOf(this.#owner))
    }
    this.#owner = owner
    const kept = owner === undefined ? null : inTab.getItem(keyOf(owner))
    this.#workspace = parseWorkspace(kept ?? undefined)
    for (const listener of this.#listeners) listener()
  }

  /** The terminal of a pane: made when it is shown for the first time. */
  of(pane: Pane): LiveTerminal {
    const known = this.#live.get(pane.id)
    if (known !== undefined) return known
    const { terminalId, instanceId, osUser } = pane
    const live = new LiveTerminal({ terminalId, instanceId, osUser }, (act) => this.#act(act))
    live.subscribe(() => this.#follow(pane.id, live))
    this.#live.set(pane.id, live)
    return live
  }

  /** As {@link of}, of a pane that is there. */
  ofId(paneId: number): LiveTerminal {
    const pane = tabOf(this.#workspace, paneId)?.panes.find(({ id }) => id === paneId)
    if (pane === undefined) throw new Error('there is no such pane')
    return this.of(pane)
  }

  /** A new shell. */
  open(wish: { readonly instanceId: string; readonly osUser: string }): void {
    this.#change(withTab(this.#workspace, { ...wish, terminalId: undefined }))
  }

  /** A shell that runs already; shown once. */
  attach(shell: NewPane & { readonly terminalId: string }): void {
    const shown = this.#workspace.tabs
      .flatMap(({ panes }) => panes)
      .find(({ terminalId }) => terminalId === shell.terminalId)
    if (shown === undefined) this.#change(withTab(this.#workspace, shell))
    else this.activate(shown.id)
  }

  split(direction: Direction): void {
    const pane = activePane(this.#workspace)
    if (pane !== undefined) this.#change(withSplit(this.#workspace, pane.id, direction))
  }

  activate(paneId: number): void {
    this.#change(withActive(this.#workspace, paneId))
    const live = this.#live.get(paneId)
    live?.seen()
    live?.screen.focus()
  }

  /** @param by how many places: 1 to the right, -1 to the left */
  move(tabId: number, by: number): void {
    this.#change(withTabMoved(this.#workspace, tabId, by))
  }

  rename(tabId: number, name: string): void {
    this.#change(withName(this.#workspace, tabId, name))
  }

  /** Takes a pane away; its shell goes on for the grace time unless it was ended. */
  close(paneId: number): void {
    this.#live.get(paneId)?.close()
    this.#live.delete(paneId)
    this.#change(withoutPane(this.#workspace, paneId))
  }

  retryNow(): void {
    for (const live of this.#live.values()) live.retryNow()
  }

  #act(act: KeyAct): void {
    const pane = activePane(this.#workspace)
    switch (act) {
      case 'new':
        if (pane !== undefined) this.open(pane)
        return
      case 'split-right':
        this.split('row')
        return
      case 'split-down':
        this.split('column')
        return
      case 'next-tab':
      case 'previous-tab':
      case 'next-pane':
      case 'previous-pane': {
        const next = neighbour(
          this.#workspace,
          act.endsWith('tab') ? 'tab' : 'pane',
          act.startsWith('next') ? 1 : -1,
        )
        if (next !== undefined) this.activate(next)
        return
      }
      case 'copy':
      case 'paste':
      case 'search':
      case 'help':
      case 'leave':
        this.onAct(act)
    }
  }

  #follow(paneId: number, live: LiveTerminal): void {
    const session = sessionOf(live.view.connection)
    const pane = tabOf(this.#workspace, paneId)?.panes.find(({ id }) => id === paneId)
    if (pane === undefined) return
    const { kind } = live.view.connection
    const isOver = kind === 'ended' || kind === 'refused'
    // On the way to a terminal nothing is known that was not known before.
    const terminalId = isOver ? undefined : (session ?? pane).terminalId
    if (pane.terminalId === terminalId) return
    const { instanceId, osUser } = session ?? pane
    this.#change(withShell(this.#workspace, paneId, { terminalId, instanceId, osUser }))
  }

  #change(workspace: Workspace): void {
    if (workspace === this.#workspace) return
    this.#workspace = workspace
    if (this.#owner !== undefined) {
      inTab.setItem(keyOf(this.#owner), keepWorkspace(workspace))
    }
    for (const listener of this.#listeners) listener()
  }
}

export const terminals = new Terminals()

const keyOf = (owner: string) => `fleetkey.terminals ${owner}`

onSessionChange(() => {
  if (currentSession() !== undefined) terminals.retryNow()
  else if (sessionStanding() === 'left') terminals.belongTo(undefined)
})

// A device that is back on a network, or awake, need not wait for its next attempt.
addEventListener('online', () => terminals.retryNow())
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) terminals.retryNow()
})
