import { compilePattern, matchesPattern, wildcardParts } from '../wildcard.ts'

/**
 * Does every text that `narrow` matches also match `wide`? Both may have wildcards. A `?` in `wide` may not stand for the `*` of
 * `narrow`, so then only the same spelling counts: no is the answer when in doubt.
 */
export function coversText(wide: string, narrow: string): boolean {
  if (wide === narrow) return true
  if (wide.includes('?')) return false
  return matchesPattern(compilePattern(wildcardParts(wide)), narrow)
}
