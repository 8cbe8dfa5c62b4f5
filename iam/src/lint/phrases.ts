import { quote } from '../quote.ts'

/** `a, b and c`, of at most `most`; what is left over is counted. */
export function listed(words: readonly string[], most = 5): string {
  const shown = words.slice(0, most)
  const rest = words.length - shown.length
  const all = rest > 0 ? [...shown, `${rest} more`] : shown
  const last = all.at(-1) ?? ''
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`
}

/** Texts from the policy, quoted. */
export function listedQuotes(words: readonly string[], most = 5): string {
  const shown = words.slice(0, most).map((word) => quote(word))
  return words.length > most ? `${shown.join(', ')} and ${words.length - most} more` : listed(shown)
}
