import { escapeActing } from '@fleetkey/domain/acting-characters'

/**
 * Everything that reaches a terminal. Names, tags, messages and trail records come from other people and hosts; a control or
 * formatting character in them could move the cursor, set the window's title, paste into the clipboard or turn the reading order.
 */

/** The text with every acting character written out, e.g. ESC as `\u001b`. Never longer than one line. */
export const printable = escapeActing

/** JSON that is data to a program and harmless to a terminal: acting characters only ever appear escaped. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => escapeActing(line))
    .join('\n')
}

/**
 * The same text as `printableJson` of them all, in pieces: of a million no more is held than what came last. Where there is an end before the last
 * one, the text has none: no program takes it for the whole.
 */
export async function* printableJsonList(
  parts: AsyncIterable<readonly unknown[]>,
): AsyncGenerator<string> {
  let isFirst = true
  for await (const items of parts) {
    if (items.length === 0) continue
    // Without its brackets: "[\n" and "\n]".
    yield `${isFirst ? '[' : ','}\n${printableJson(items).slice(2, -2)}`
    isFirst = false
  }
  yield isFirst ? '[]' : '\n]'
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
