import { applyMode, Mode } from '@cloudscape-design/global-styles'
import { inBrowser } from '../ui/kept-here.ts'

/** What a person chose; `system` follows the device, also when it changes. */
export type ColorMode = 'system' | 'light' | 'dark'

const KEY = 'fleetkey.color-mode'
const dark = matchMedia('(prefers-color-scheme: dark)')

/** Shows the chosen mode from the first paint on. */
export function followColorMode(): void {
  show()
  dark.addEventListener('change', show)
}

export function colorMode(): ColorMode {
  const chosen = inBrowser.getItem(KEY)
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

export function chooseColorMode(mode: ColorMode): void {
  if (mode === 'system') inBrowser.removeItem(KEY)
  else inBrowser.setItem(KEY, mode)
  show()
}

export function isDark(): boolean {
  const mode = colorMode()
  return mode === 'system' ? dark.matches : mode === 'dark'
}

function show(): void {
  applyMode(isDark() ? Mode.Dark : Mode.Light)
}
