/**
 * A table for a spreadsheet, as RFC 4180 has it. What a spreadsheet would take for a formula is text: names, tags and what hosts report of
 * themselves come from other people.
 */
export function csvText(headings: readonly string[], rows: Iterable<readonly string[]>): string {
  const lines = [headings, ...rows].map((cells) => cells.map(cell).join(','))
  // Without the mark, spreadsheets take UTF-8 for something else.
  return `\u{feff}${lines.join('\r\n')}\r\n`
}

/** Also behind blanks, which spreadsheets pass over, and the full-width forms that they take for the same. */
const FORMULA = /^[\s\u{200b}\u{feff}]*[=+\-@|%＝＋－＠]|^[\t\r\n]/u

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
