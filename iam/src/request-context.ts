import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { quote } from './quote.ts'

/** A list is a multivalued key, however many values it holds; a string is a single-valued one. */
export type ContextValue = string | readonly string[]

/** What is known about a request. */
export interface RequestContext {
  /**
   * By condition key in lower case: names of condition keys, also the tag key behind a slash, are case-insensitive (IAM
   * User Guide, reference_policies_condition-keys).
   */
  readonly values: ReadonlyMap<string, ContextValue>
  /** Keys that came in two spellings. Undefined when there are none, which is the rule. */
  readonly doubled: ReadonlySet<string> | undefined
}

export function normalizeContext(context: ReadonlyMap<string, ContextValue>): RequestContext {
  const values = new Map<string, ContextValue>()
  let doubled: Set<string> | undefined
  for (const [key, value] of context) {
    const name = lowerCase(key)
    const { size } = values
    if (values.set(name, value).size === size) (doubled ??= new Set()).add(name)
  }
  return { values, doubled }
}

/**
 * `key` in lower case. Two tags such as Env and env on one instance give one condition key two values; choosing one
 * of them could grant what the other forbids, so the policy that asks for it gets a ValidationException instead.
 */
export function lookUp(context: RequestContext, key: string): ContextValue | undefined {
  const value = context.values.get(key)
  if (context.doubled?.has(key) !== true) return value
  throw validationFailure(
    `The request has more than one value for the condition key ${quote(key)}, whose names differ only in letter case. Remove one of the two, for example the second tag.`,
  )
}

/** The same few keys come with every request: half of what a decision costs would be making these texts anew. */
const lowered = new Map<string, string>()
const mostLowered = 1000

function lowerCase(key: string): string {
  const known = lowered.get(key)
  if (known !== undefined) return known
  const name = key.toLowerCase()
  // Tag keys come from outside: neither many nor long ones may fill the memory.
  if (lowered.size >= mostLowered) lowered.clear()
  if (key.length <= 256) lowered.set(key, name)
  return name
}
