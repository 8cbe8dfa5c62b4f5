/** What a person should see before it is pasted: text from elsewhere may be another than the one that was read there. */
export interface PasteConcern {
  readonly lines: number
  /** The last line has its end, so that it may run at once. */
  readonly isEnded: boolean
  /** Characters that act instead of being seen (ESC, a turn of the reading order, …), by name, each once. */
  readonly acting: readonly string[]
}

/** Larger texts are asked about for their size alone: that much is seldom meant, and hosts read slowly. In characters. */
export const LARGE_PASTE = 64 * 1024

/** Larger ones are not pasted: the host may not take them for minutes, and no more than a megabyte waits for it. In characters. */
export const TOO_LARGE_PASTE = 256 * 1024

const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
/** Zero-width joiners are part of how words and emoji are written. */
const HARMLESS = new Set(['\t', '\n', '\r', '\u200c', '\u200d'])

/** Why the text is not pasted without being shown first, or undefined when it is one plain line. */
export function pasteConcern(text: string): PasteConcern | undefined {
  const parts = text.split(/\r\n|\r|\n/)
  const acting = [...new Set(text.match(ACTING) ?? [])]
    .filter((each) => !HARMLESS.has(each))
    .map(nameOf)
  if (parts.length === 1 && acting.length === 0 && text.length <= LARGE_PASTE) return undefined
  const isEnded = parts.at(-1) === ''
  return { lines: isEnded ? parts.length - 1 : parts.length, isEnded, acting }
}

/**
 * What is sent: without characters that act, tabs and line ends apart. An ESC would end the brackets that shells put around pasted text
 * (`ESC [201~`), so that the rest were typed; a turn of the reading order hides what a line does.
 */
export function tamePaste(text: string): string {
  return text.replace(ACTING, (each) => (HARMLESS.has(each) ? each : ''))
}

/** For showing: every character that acts is seen, e.g. ESC as `␛`, a right-to-left override as `⟨U+202E⟩`. */
export function shownPaste(text: string): string {
  return text.replace(/\r\n|\r/g, '\n').replace(ACTING, shownCharacter)
}

function shownCharacter(character: string): string {
  if (character === '\t' || character === '\n') return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x24_00 + code)
  if (code === 0x7f) return '␡'
  return `⟨${nameOf(character)}⟩`
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return NAMES.get(code) ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'NUL'],
  [0x03, 'Ctrl-C'],
  [0x04, 'Ctrl-D'],
  [0x07, 'BEL'],
  [0x08, 'backspace'],
  [0x1b, 'ESC'],
  [0x7f, 'DEL'],
])
