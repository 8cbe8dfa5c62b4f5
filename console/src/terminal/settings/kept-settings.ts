import { isDark } from '../../shell/color-mode.ts'
import { parseSettings, type TerminalSettings } from './terminal-settings.ts'
import type { ThemeName } from './themes.ts'
import { inBrowser } from '../../ui/kept-here.ts'

const KEY = 'fleetkey.terminal-settings'

const listeners = new Set<() => void>()
let kept = parseSettings(inBrowser.getItem(KEY) ?? undefined)

export function settings(): TerminalSettings {
  return kept
}

export function keepSettings(change: Partial<TerminalSettings>): void {
  kept = parseSettings(JSON.stringify({ ...kept, ...change }))
  inBrowser.setItem(KEY, JSON.stringify(kept))
  tell()
}

/** @returns what ends the subscription */
export function subscribeSettings(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The theme that is shown now. */
export function shownTheme(): ThemeName {
  if (kept.theme !== 'console') return kept.theme
  return isDark() ? 'dark' : 'light'
}

function tell(): void {
  for (const listener of listeners) listener()
}

// The pages may become dark or light meanwhile, and another window may change what is kept.
new MutationObserver(tell).observe(document.body, { attributeFilter: ['class'] })
addEventListener('storage', ({ key, newValue }) => {
  if (key !== KEY) return
  kept = parseSettings(newValue ?? undefined)
  tell()
})
