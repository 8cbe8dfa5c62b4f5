/**
 * Text from outside (policy documents, requests, tags) on its way into a message for a person: cut to `limit`
 * characters, and everything that a terminal or a log could take for a command or a line break becomes `?`.
 */
export function printable(text: string, limit = 128): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}

/** The same between double quotes, so that a value cannot end its own quotation. */
export function quote(text: string, limit = 128): string {
  return `"${printable(text, limit).replace(/["\\]/g, '\\$&')}"`
}
