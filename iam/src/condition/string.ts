import { parseTemplate, perRequest } from '../variables.ts'
import { compilePattern, matchesPattern, type PatternPart } from '../wildcard.ts'
import type { CompileWanted } from './comparison.ts'

/** String operators (IAM User Guide, condition operators, String). They compare whole values. */
export const stringEquals: CompileWanted = (wanted, version) => {
  const textFor = perRequest(parseTemplate(wanted, { version, wildcards: 'literal' }), plainText)
  return (found, context) => found === textFor(context)
}

export const stringEqualsIgnoreCase: CompileWanted = (wanted, version) => {
  const template = parseTemplate(wanted, { version, wildcards: 'literal' })
  const textFor = perRequest(template, (parts) => plainText(parts).toLowerCase())
  return (found, context) => found.toLowerCase() === textFor(context)
}

/** Case-sensitive, with `*` and `?`. */
export const stringLike: CompileWanted = (wanted, version) => {
  const template = parseTemplate(wanted, { version, wildcards: 'active' })
  const patternFor = perRequest(template, compilePattern)
  return (found, context) => {
    const pattern = patternFor(context)
    return pattern !== undefined && matchesPattern(pattern, found)
  }
}

function plainText(parts: readonly PatternPart[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
}
