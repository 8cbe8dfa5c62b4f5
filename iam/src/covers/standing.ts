import type { NamedPolicy, PolicyKind, PolicySet } from '../policy-set.ts'
import type { ContextValue } from '../request-context.ts'
import type { Statement } from '../statement.ts'
import { parseTemplate, type PolicyVersion } from '../variables.ts'
import { wildcardParts } from '../wildcard.ts'
import { claimOf, type Claim } from './claim.ts'
import type { EntrySet } from './entry-set.ts'
import { globOf } from './glob.ts'
import { fillIn, type KeyView } from './key-view.ts'

/** Somebody, as far as policies go. */
export interface Standing {
  readonly policies: Omit<PolicySet, 'trust'>
  /** Condition keys that come with each of their requests, e.g. `aws:username`, `aws:PrincipalTag/team`. */
  readonly keys: ReadonlyMap<string, ContextValue>
}

/** The policies of somebody, with everything filled in that is known of them. */
export interface Reach {
  readonly layers: Readonly<Record<LayerKind, readonly Rule[] | undefined>>
  readonly denies: readonly Rule[]
}

/** Each of these that there is must allow. */
export type LayerKind = Exclude<PolicyKind, 'trust'>
export const layerKinds: readonly LayerKind[] = ['identity', 'boundary', 'session']

/** A statement that may apply. */
export interface Rule {
  readonly kind: LayerKind
  readonly policy: NamedPolicy
  readonly statement: Statement
  readonly actions: EntrySet
  readonly resources: EntrySet
  /** All must hold. */
  readonly claims: readonly Claim[]
}

export function reachOf(
  { identity, boundary, session }: Standing['policies'],
  view: KeyView,
): Reach {
  const of = (kind: LayerKind, policies: readonly NamedPolicy[] | undefined) =>
    policies?.flatMap((policy) => rulesOf({ kind, policy, view }))
  const all = {
    identity: of('identity', identity),
    boundary: of('boundary', boundary && [boundary]),
    session: of('session', session),
  }
  const allows = (rules: readonly Rule[] | undefined) =>
    rules?.filter(({ statement }) => statement.effect === 'Allow')
  return {
    layers: {
      identity: allows(all.identity),
      boundary: allows(all.boundary),
      session: allows(all.session),
    },
    denies: layerKinds
      .flatMap((kind) => all[kind] ?? [])
      .filter(({ statement }) => statement.effect === 'Deny'),
  }
}

interface Source {
  readonly kind: LayerKind
  readonly policy: NamedPolicy
  readonly view: KeyView
}

function rulesOf({ kind, policy, view }: Source): readonly Rule[] {
  const { version, statements } = policy.document
  return statements.flatMap((statement): Rule[] => {
    const claims = claimsOf(statement, { view, version })
    const resources = resourcesOf(statement, { view, version })
    if (claims === undefined || resources === undefined) return []
    return [{ kind, policy, statement, actions: actionsOf(statement), resources, claims }]
  })
}

interface Reading {
  readonly view: KeyView
  readonly version: PolicyVersion
}

/** Undefined when one is known never to hold. */
function claimsOf({ conditions }: Statement, reading: Reading): readonly Claim[] | undefined {
  const claims: Claim[] = []
  for (const condition of conditions) {
    const claim = claimOf(condition, reading)
    if (claim === false) return undefined
    if (claim !== true) claims.push(claim)
  }
  return claims
}

/** Undefined when it is known to be about nothing. */
function resourcesOf({ resource }: Statement, { view, version }: Reading): EntrySet | undefined {
  if (resource === undefined) return undefined
  const entries = resource.entries.flatMap(({ text }) => {
    const template = fillIn(parseTemplate(text, { version, wildcards: 'active' }), view)
    return template === undefined ? [] : [{ glob: globOf(template), text }]
  })
  const element = resource.element === 'Resource' ? 'some' : 'none'
  return element === 'some' && entries.length === 0 ? undefined : { element, entries }
}

export function actionsOf({ action }: Statement): EntrySet {
  return {
    element: action.element === 'Action' ? 'some' : 'none',
    // Every action has exactly one colon.
    entries: action.entries.map(({ text }) => ({
      glob: globOf(wildcardParts(text === '*:*' ? '*' : text.toLowerCase())),
      text,
    })),
  }
}
