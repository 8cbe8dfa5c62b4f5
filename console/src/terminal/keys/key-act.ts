/** What the page does with a key instead of sending it to the shell. */
export type KeyAct =
  | 'copy'
  | 'paste'
  | 'search'
  | 'leave'
  | 'help'
  | 'new'
  | 'split-right'
  | 'split-down'
  | 'next-tab'
  | 'previous-tab'
  | 'next-pane'
  | 'previous-pane'

export interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** All of them, in the order in which they are shown. Programs on hosts hardly use these, and browsers let a page have them. */
export const KEY_ACTS: readonly {
  readonly keys: string
  readonly act: KeyAct
  readonly says: string
}[] = [
  { keys: 'Ctrl+Shift+C', act: 'copy', says: 'Copy what is selected' },
  { keys: 'Ctrl+Shift+V', act: 'paste', says: 'Paste' },
  { keys: 'Ctrl+Shift+F', act: 'search', says: 'Search' },
  { keys: 'Ctrl+F6', act: 'leave', says: 'Leave the terminal for the buttons above it' },
  { keys: 'Ctrl+Shift+?', act: 'help', says: 'Keyboard shortcuts' },
  { keys: 'Ctrl+Shift+Enter', act: 'new', says: 'Another terminal on the same instance' },
  { keys: 'Ctrl+Shift+E', act: 'split-right', says: 'Split to the right' },
  { keys: 'Ctrl+Shift+O', act: 'split-down', says: 'Split downwards' },
  { keys: 'Ctrl+Shift+ArrowRight', act: 'next-tab', says: 'Next tab' },
  { keys: 'Ctrl+Shift+ArrowLeft', act: 'previous-tab', says: 'Previous tab' },
  { keys: 'Ctrl+Shift+ArrowDown', act: 'next-pane', says: 'Next pane' },
  { keys: 'Ctrl+Shift+ArrowUp', act: 'previous-pane', says: 'Previous pane' },
]

/** What a key does here, or undefined when it is the shell's. */
export function keyAct(pressed: PressedKey): KeyAct | undefined {
  const { key, ctrlKey, shiftKey, altKey, metaKey } = pressed
  if (!ctrlKey || altKey || metaKey) return undefined
  const keys = `Ctrl+${shiftKey ? 'Shift+' : ''}${key.length === 1 ? key.toUpperCase() : key}`
  return KEY_ACTS.find((each) => each.keys === keys)?.act
}
