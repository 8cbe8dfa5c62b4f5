import { THEME_NAMES, type ThemeName } from './themes.ts'

/** How terminals look and behave on this device. Kept by the browser, never sent anywhere. */
export interface TerminalSettings {
  /** CSS pixels. */
  readonly fontSize: number
  /** CSS font families; empty for the device's own. */
  readonly fontFamily: string
  /** Lines that can be scrolled back to. */
  readonly scrollback: number
  /** `console`: light or dark as the pages are. */
  readonly theme: 'console' | ThemeName
  readonly bell: 'none' | 'flash' | 'sound'
  /** Tells screen readers what is written; slower. */
  readonly screenReader: boolean
  /** Shows several lines before they are pasted. Characters that act are always shown, and never pasted. */
  readonly guardsPaste: boolean
  readonly cursorBlink: boolean
  readonly cursorStyle: 'block' | 'bar' | 'underline'
  /** What is selected is copied at once, as X11 terminals do. */
  readonly copiesOnSelect: boolean
}

export const DEFAULT_SETTINGS: TerminalSettings = {
  fontSize: 14,
  fontFamily: '',
  scrollback: 5000,
  theme: 'console',
  bell: 'flash',
  screenReader: false,
  guardsPaste: true,
  cursorBlink: false,
  cursorStyle: 'block',
  copiesOnSelect: false,
}

export const FONT_SIZE = { min: 8, max: 40 } as const
/** A line of 200 columns takes 2.4 KB of memory. */
export const SCROLLBACK = { min: 0, max: 100_000 } as const
export const CURSORS: readonly TerminalSettings['cursorStyle'][] = ['block', 'bar', 'underline']
export const BELLS: readonly TerminalSettings['bell'][] = ['none', 'flash', 'sound']

/** What was kept, each part that is not as it should be by its default: an older or newer version may have written it. */
export function parseSettings(text: string | undefined): TerminalSettings {
  const kept = parseObject(text)
  const { fontSize, fontFamily, scrollback, theme, bell, cursorStyle } = kept
  const otherwise = DEFAULT_SETTINGS
  const isOn = (name: 'screenReader' | 'guardsPaste' | 'cursorBlink' | 'copiesOnSelect') => {
    const value = kept[name]
    return typeof value === 'boolean' ? value : otherwise[name]
  }
  return {
    fontSize: within(fontSize, FONT_SIZE) ?? otherwise.fontSize,
    fontFamily:
      typeof fontFamily === 'string' && isFontFamily(fontFamily)
        ? fontFamily
        : otherwise.fontFamily,
    scrollback: within(scrollback, SCROLLBACK) ?? otherwise.scrollback,
    theme: [...THEME_NAMES, 'console' as const].find((name) => name === theme) ?? otherwise.theme,
    bell: BELLS.find((name) => name === bell) ?? otherwise.bell,
    cursorStyle: CURSORS.find((name) => name === cursorStyle) ?? otherwise.cursorStyle,
    screenReader: isOn('screenReader'),
    guardsPaste: isOn('guardsPaste'),
    cursorBlink: isOn('cursorBlink'),
    copiesOnSelect: isOn('copiesOnSelect'),
  }
}

/** Names of fonts and commas: it goes into a style. */
export function isFontFamily(text: string): boolean {
  return text.length <= 200 && /^[\p{L}\p{N} ,'"_-]*$/u.test(text)
}

function within(
  value: unknown,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (!Number.isInteger(value)) return undefined
  return Math.min(max, Math.max(min, Number(value)))
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
