import { isList, isObject, parseStrictJson, type JsonValue } from '@fleetkey/domain/strict-json'

/** A policy document: as it was written, and in the one spelling that all documents of the same meaning share. */
export interface Document {
  readonly text: string
  readonly canonical: string
  readonly statements: readonly StatementFacts[]
}

/** What planning has to know of a statement. */
export interface StatementFacts {
  /** The same for statements that say the same, whatever their Sid. */
  readonly id: string
  readonly effect: 'Allow' | 'Deny'
  /** Whether the principal's tags may matter to it. */
  readonly asksForTags: boolean
  /** Whom it names, e.g. ARNs; none where it is no trust policy. */
  readonly principals: readonly string[]
}

/** More than any policy has. */
const MAX_DEPTH = 16

/** Throws StrictJsonError. Whether it is a valid policy is not asked here. */
export function documentOf(text: string): Document {
  const json = parseStrictJson(text, MAX_DEPTH)
  return { text, canonical: canonical(json), statements: statementsOf(json) }
}

export const sameDocument = (one: Document, other: Document): boolean =>
  one.canonical === other.canonical

function statementsOf(json: JsonValue): readonly StatementFacts[] {
  if (!isObject(json)) return []
  const statement = json.get('Statement') ?? []
  // Variables are text in documents of the older version.
  const version = canonical(json.get('Version') ?? '2008-10-17')
  return (isList(statement) ? statement : [statement]).filter(isObject).map((one) => {
    const said = canonical(new Map([...one].filter(([key]) => key !== 'Sid')))
    return {
      id: `${version} ${said}`,
      effect: one.get('Effect') === 'Allow' ? 'Allow' : 'Deny',
      asksForTags: /principaltag/i.test(said),
      principals: textsIn(one.get('Principal') ?? []),
    }
  })
}

function textsIn(json: JsonValue): readonly string[] {
  if (typeof json === 'string') return [json]
  if (isList(json)) return json.flatMap(textsIn)
  return isObject(json) ? [...json.values()].flatMap(textsIn) : []
}

/** Keys and lists have no order in a policy, a list of one is its entry, and `true` is `"true"`. */
function canonical(json: JsonValue): string {
  if (typeof json === 'string') return JSON.stringify(json)
  if (typeof json === 'boolean') return `"${json}"`
  if (json === null) return 'null'
  if (isList(json)) {
    const [only, second] = json
    if (only !== undefined && second === undefined) return canonical(only)
    return `[${json.map(canonical).toSorted().join(',')}]`
  }
  if (isObject(json)) {
    const members = [...json].map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`)
    return `{${members.toSorted().join(',')}}`
  }
  return JSON.stringify(json.text)
}
