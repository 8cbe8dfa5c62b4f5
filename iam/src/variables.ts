import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { quote } from './quote.ts'
import { lookUp, type RequestContext } from './request-context.ts'
import { wildcardParts, type PatternPart } from './wildcard.ts'

/**
 * Policy variables (IAM User Guide, reference_policies_variables): `${aws:username}`, with a default
 * `${aws:PrincipalTag/team, 'none'}`, and the escapes `${*}` `${?}` `${$}` for the character itself.
 */
export type Template = readonly TemplatePart[]

type TemplatePart = PatternPart | Variable

interface Variable {
  readonly kind: 'variable'
  /** Condition key as it was written. */
  readonly name: string
  /** The same in lower case. */
  readonly key: string
  readonly fallback: string | undefined
}

/** Policies that say 2008-10-17, or nothing, have no variables: `${` is plain text there. */
export type PolicyVersion = '2008-10-17' | '2012-10-17'

interface TemplateOptions {
  readonly version: PolicyVersion
  readonly wildcards: 'active' | 'literal'
}

/** Throws MalformedPolicyDocument for a variable that is not well formed. */
export function parseTemplate(text: string, { version, wildcards }: TemplateOptions): Template {
  const plain = (piece: string): readonly PatternPart[] => {
    if (wildcards === 'active') return wildcardParts(piece)
    return piece === '' ? [] : [{ kind: 'text', text: piece }]
  }
  if (version === '2008-10-17') return plain(text)

  const parts: TemplatePart[] = []
  let at = 0
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', at)) {
    parts.push(...plain(text.slice(at, open)))
    const { part, length } = parseVariable(text.slice(open))
    parts.push(part)
    at = open + length
  }
  parts.push(...plain(text.slice(at)))
  return parts
}

/**
 * The text of a template for one request. What a variable brings in is text and nothing else: a `*`, `?` or `${` in a
 * tag value means itself (would otherwise let whoever may set the tag write policy). Undefined when a variable has no
 * value: such an entry equals nothing.
 */
export function substitute(
  template: Template,
  context: RequestContext,
): readonly PatternPart[] | undefined {
  const parts: PatternPart[] = []
  for (const part of template) {
    if (part.kind !== 'variable') {
      parts.push(part)
      continue
    }
    const value = lookUp(context, part.key)
    // Only single-valued keys can stand in for a variable; an empty value counts as none.
    const text = typeof value === 'string' && value !== '' ? value : part.fallback
    if (text === undefined) return undefined
    parts.push({ kind: 'text', text })
  }
  return parts
}

/** The condition keys that a template asks for, in lower case. */
export function variablesOf(template: Template): readonly string[] {
  return template.flatMap((part) => (part.kind === 'variable' ? part.key : []))
}

/** The same as they were written. */
export function variableNamesIn(text: string, version: PolicyVersion): readonly string[] {
  const template = parseTemplate(text, { version, wildcards: 'literal' })
  return template.flatMap((part) => (part.kind === 'variable' ? part.name : []))
}

/** Runs `compile` once for a template without variables, else anew for each request. */
export function perRequest<T>(
  template: Template,
  compile: (parts: readonly PatternPart[]) => T,
): (context: RequestContext) => T | undefined {
  const fixed = template.filter((part) => part.kind !== 'variable')
  if (fixed.length === template.length) {
    const compiled = compile(fixed)
    return () => compiled
  }
  return (context) => {
    const parts = substitute(template, context)
    return parts && compile(parts)
  }
}

/** `name`, or `name, 'default'`; no blanks or braces in a name. */
const variable = /^\$\{(?:([*?$])|([^\s{},']+)(?:, '([^']*)')?)\}/

function parseVariable(text: string): { part: TemplatePart; length: number } {
  const [whole, escaped, name = '', fallback] = variable.exec(text) ?? []
  if (whole === undefined) {
    throw malformedPolicyDocument(
      `The policy failed legacy parsing. A variable is written \${key} or \${key, 'default'}, and ${quote(text, 40)} is neither.`,
    )
  }
  if (escaped !== undefined) return { part: { kind: 'text', text: escaped }, length: whole.length }
  const key = name.toLowerCase()
  return { part: { kind: 'variable', name, key, fallback }, length: whole.length }
}
