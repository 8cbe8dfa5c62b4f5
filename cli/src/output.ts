/**
 * Everything that reaches a terminal. Names, tags, messages and trail records come from other people and hosts; a control or
 * formatting character in them could move the cursor, set the window's title, paste into the clipboard or turn the reading order.
 */

// Control (C0, C1, DEL), format (bidi, zero width, tags), line and paragraph separators, lone surrogates.
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The text with every acting character written out, e.g. ESC as `\u001b`. Never longer than one line. */
export function printable(text: string): string {
  return text.replace(ACTING, escaped)
}

/** JSON that is data to a program and harmless to a terminal: acting characters only ever appear escaped. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => line.replace(ACTING, escaped))
    .join('\n')
}

/** The same in one line, whatever stands in it: for JSON lines. */
export function printableJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(ACTING, escaped)
}

function escaped(character: string): string {
  let text = ''
  for (let unit = 0; unit < character.length; unit += 1) {
    text += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }
  return text
}

/** Columns under headings; the last column is not padded. Cells are made printable here. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows.map((row) => row.map((cell) => printable(cell)))]
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => Array.from(row[column] ?? '').length)),
  )
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - Array.from(cell).length))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

/** Colours by meaning; each returns its text unchanged where colour is not wanted. */
export interface Paint {
  bad(text: string): string
  good(text: string): string
  faint(text: string): string
}

/** Colour only on a terminal, and not when NO_COLOR is set to anything (no-color.org) or TERM is dumb. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const wanted = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const paint = (code: number) => (text: string) =>
    wanted ? `\u001b[${code}m${text}\u001b[0m` : text
  return { bad: paint(31), good: paint(32), faint: paint(2) }
}
