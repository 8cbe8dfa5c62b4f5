import { useSyncExternalStore } from 'react'
import type { LiveTerminal, LiveView } from '../live/live-terminal.ts'
import { terminals } from '../live/terminals.ts'
import { settings, subscribeSettings } from '../settings/kept-settings.ts'
import type { TerminalSettings } from '../settings/terminal-settings.ts'
import type { Workspace } from '../workspace/workspace.ts'

export function useLive(live: LiveTerminal): LiveView {
  return useSyncExternalStore(live.subscribe, () => live.view)
}

export function useWorkspace(): Workspace {
  return useSyncExternalStore(terminals.subscribe, terminals.workspace)
}

export function useTerminalSettings(): TerminalSettings {
  return useSyncExternalStore(subscribeSettings, settings)
}
