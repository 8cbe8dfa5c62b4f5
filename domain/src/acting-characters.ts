// Control (C0, C1, DEL), format (bidi, zero width, tags), line and paragraph separators, lone surrogates.
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * The text with every character written out that does something instead of being seen, e.g. ESC as `\u001b`: it could move a cursor, set a window's title, turn
 * the reading order or begin a line. Never longer than one line.
 */
export function escapeActing(text: string): string {
  return text.replace(ACTING, escaped)
}

/** JSON in one line that is data to a program and harmless to a terminal, whatever stands in it. */
export function jsonLine(value: unknown): string {
  return escapeActing(JSON.stringify(value))
}

function escaped(character: string): string {
  let text = ''
  for (let unit = 0; unit < character.length; unit += 1) {
    text += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }
  return text
}
