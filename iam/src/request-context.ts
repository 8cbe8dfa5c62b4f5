import { validationFailure } from '@fleetkey/domain/exceptions'
import { quote } from './quote.ts'

/** A list is a multivalued key, however many values it holds; a string is a single-valued one. */
export type ContextValue = string | readonly string[]

/**
 * What is known about a request, by condition key in lower case: names of condition keys, also the tag key behind a
 * slash, are case-insensitive (IAM User Guide, reference_policies_condition-keys).
 */
export type RequestContext = ReadonlyMap<string, ContextValue | typeof ambiguous>

const ambiguous = Symbol('two spellings of one key')

export function normalizeContext(context: ReadonlyMap<string, ContextValue>): RequestContext {
  const normalized = new Map<string, ContextValue | typeof ambiguous>()
  for (const [key, value] of context) {
    const name = key.toLowerCase()
    normalized.set(name, normalized.has(name) ? ambiguous : value)
  }
  return normalized
}

/**
 * `key` in lower case. Two tags such as Env and env on one instance give one condition key two values; choosing one
 * of them could grant what the other forbids, so the policy that asks for it gets a ValidationException instead.
 */
export function lookUp(context: RequestContext, key: string): ContextValue | undefined {
  const value = context.get(key)
  if (typeof value !== 'symbol') return value
  throw validationFailure(
    `The request has more than one value for the condition key ${quote(key)}, whose names differ only in letter case. Remove one of the two, for example the second tag.`,
  )
}
