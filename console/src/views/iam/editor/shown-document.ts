/** A policy document as people read it: indented when it is JSON; else as it is. */
export function shownDocument(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
