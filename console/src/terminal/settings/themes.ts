/** Colours of a terminal, as xterm takes them. */
export interface TerminalTheme {
  readonly foreground: string
  readonly background: string
  readonly cursor: string
  readonly selectionBackground: string
  readonly black: string
  readonly red: string
  readonly green: string
  readonly yellow: string
  readonly blue: string
  readonly magenta: string
  readonly cyan: string
  readonly white: string
  readonly brightBlack: string
  readonly brightRed: string
  readonly brightGreen: string
  readonly brightYellow: string
  readonly brightBlue: string
  readonly brightMagenta: string
  readonly brightCyan: string
  readonly brightWhite: string
}

export const THEME_NAMES = [
  'dark',
  'light',
  'contrast',
  'solarized-dark',
  'solarized-light',
] as const
export type ThemeName = (typeof THEME_NAMES)[number]

export const THEME_WORDS: Readonly<Record<ThemeName, string>> = {
  dark: 'Dark',
  light: 'Light',
  contrast: 'High contrast',
  'solarized-dark': 'Solarized dark',
  'solarized-light': 'Solarized light',
}

/** In the order of the ANSI colours 0 to 15. */
function theme(
  foreground: string,
  background: string,
  selectionBackground: string,
  colors: string,
): TerminalTheme {
  const [
    black = '',
    red = '',
    green = '',
    yellow = '',
    blue = '',
    magenta = '',
    cyan = '',
    white = '',
    brightBlack = '',
    brightRed = '',
    brightGreen = '',
    brightYellow = '',
    brightBlue = '',
    brightMagenta = '',
    brightCyan = '',
    brightWhite = '',
  ] = colors.split(' ')
  return {
    foreground,
    background,
    cursor: foreground,
    selectionBackground,
    black,
    red,
    green,
    yellow,
    blue,
    magenta,
    cyan,
    white,
    brightBlack,
    brightRed,
    brightGreen,
    brightYellow,
    brightBlue,
    brightMagenta,
    brightCyan,
    brightWhite,
  }
}

/** On light grounds yellow and white are darkened so that text in them can be read (WCAG 2.2, 4.5:1). */
export const THEMES: Readonly<Record<ThemeName, TerminalTheme>> = {
  dark: theme(
    '#e6e8eb',
    '#0f141a',
    '#3b5c85',
    '#1b232d #ff6e6e #5bd784 #e6c25a #6cb1ff #d39bf5 #57cfd6 #d5dbe1 #7d8998 #ff9d9d #8ae8a8 #f4d98a #9bcaff #e3bdfa #8ce2e7 #ffffff',
  ),
  light: theme(
    '#161d26',
    '#ffffff',
    '#b3d4ff',
    '#161d26 #b3101b #11682f #775700 #0a55b5 #8524a8 #006a76 #545b64 #414d5c #d01c28 #157f3a #8a6500 #1466d0 #9c36c2 #007a88 #3b434d',
  ),
  contrast: theme(
    '#ffffff',
    '#000000',
    '#5a5a00',
    '#000000 #ff8080 #80ff80 #ffff80 #a0c8ff #ffa0ff #80ffff #ffffff #b0b0b0 #ffb0b0 #b0ffb0 #ffffb0 #c8e0ff #ffc8ff #b0ffff #ffffff',
  ),
  'solarized-dark': theme(
    '#93a1a1',
    '#002b36',
    '#0b5364',
    '#073642 #dc322f #859900 #b58900 #268bd2 #d33682 #2aa198 #eee8d5 #586e75 #cb4b16 #93a1a1 #a57705 #839496 #6c71c4 #93a1a1 #fdf6e3',
  ),
  'solarized-light': theme(
    '#586e75',
    '#fdf6e3',
    '#d9d2bd',
    '#073642 #dc322f #859900 #b58900 #268bd2 #d33682 #2aa198 #93a1a1 #586e75 #cb4b16 #586e75 #657b83 #839496 #6c71c4 #657b83 #002b36',
  ),
}
