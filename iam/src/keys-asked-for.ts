import type { Statement } from './statement.ts'
import { variableNamesIn, type PolicyVersion } from './variables.ts'

/**
 * The condition keys that a statement wants to know of a request, as they are written there: those of its conditions, and the policy
 * variables in their values and in its resources. `version` is that of its document: older ones have no variables.
 */
export function keysAskedFor(statement: Statement, version: PolicyVersion): readonly string[] {
  let keys = found.get(statement)
  if (keys === undefined) found.set(statement, (keys = readKeys(statement, version)))
  return keys
}

/** A simulation asks for the same statements once for each action and resource. */
const found = new WeakMap<Statement, readonly string[]>()

function readKeys({ resource, conditions }: Statement, version: PolicyVersion): readonly string[] {
  const variables = (texts: readonly string[]) =>
    texts.flatMap((text) => variableNamesIn(text, version))
  return [
    ...variables((resource?.entries ?? []).map(({ text }) => text)),
    ...conditions.flatMap(({ key, wanted }) => [key, ...variables(wanted)]),
  ]
}

/** Names of condition keys know no case: of several spellings the first stays. */
export function eachKeyOnce(names: readonly string[]): readonly string[] {
  const spelled = new Map<string, string>()
  for (const name of names) {
    const key = name.toLowerCase()
    if (!spelled.has(key)) spelled.set(key, name)
  }
  return [...spelled.values()]
}
