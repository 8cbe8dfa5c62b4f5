import { printable } from '../../output.ts'

/**
 * A policy document as people read it: indented when it is JSON, and harmless to the terminal. Acting characters stand in it as JSON
 * escapes, so the text stays the same document.
 */
export function shownDocument(text: string): string {
  return indented(text)
    .split('\n')
    .map((line) => printable(line))
    .join('\n')
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // Then as it is: to judge it is not the matter here.
    return text
  }
}
