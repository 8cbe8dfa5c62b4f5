/** The keys that phones have not, in the order of the row below the terminal. */
export const SCREEN_KEYS = [
  { id: 'escape', label: 'Esc' },
  { id: 'tab', label: 'Tab' },
  { id: 'ctrl', label: 'Ctrl' },
  { id: 'alt', label: 'Alt' },
  { id: 'left', label: '←' },
  { id: 'down', label: '↓' },
  { id: 'up', label: '↑' },
  { id: 'right', label: '→' },
  { id: 'home', label: 'Home' },
  { id: 'end', label: 'End' },
  { id: 'page-up', label: 'PgUp' },
  { id: 'page-down', label: 'PgDn' },
  { id: 'bar', label: '|' },
  { id: 'slash', label: '/' },
  { id: 'dash', label: '-' },
  { id: 'tilde', label: '~' },
  { id: 'paste', label: 'Paste' },
] as const

export type ScreenKey = (typeof SCREEN_KEYS)[number]['id']

/**
 * What a key of the row sends. `ctrl` and `alt` send nothing: they change the key that comes next; nor does `paste`, which asks the browser.
 * @param isApplication whether the host asked for the other codes of arrows (DECCKM)
 */
export function screenKeyInput(key: ScreenKey, isApplication: boolean): string {
  const arrow = isApplication ? '\u001bO' : '\u001b['
  switch (key) {
    case 'escape':
      return '\u001b'
    case 'tab':
      return '\t'
    case 'ctrl':
    case 'alt':
    case 'paste':
      return ''
    case 'up':
      return `${arrow}A`
    case 'down':
      return `${arrow}B`
    case 'right':
      return `${arrow}C`
    case 'left':
      return `${arrow}D`
    case 'home':
      return `${arrow}H`
    case 'end':
      return `${arrow}F`
    case 'page-up':
      return '\u001b[5~'
    case 'page-down':
      return '\u001b[6~'
    case 'bar':
      return '|'
    case 'slash':
      return '/'
    case 'dash':
      return '-'
    case 'tilde':
      return '~'
  }
}

/** What was typed, as if Ctrl were held: `c` is 0x03. Whatever has no such code stays as it is. */
export function withCtrl(typed: string): string {
  if (typed === ' ') return '\0'
  if (!/^[@-_a-z]$/.test(typed)) return typed
  return String.fromCharCode(typed.toUpperCase().charCodeAt(0) & 0x1f)
}

/** What was typed, as if Alt were held: terminals send an ESC before it. */
export function withAlt(typed: string): string {
  return typed === '' ? '' : `\u001b${typed}`
}
