import type { AccessRequest } from './access-request.ts'
import { coversAction } from './candidates.ts'
import { foundBy, type Condition } from './condition/condition.ts'
import { ask, coversPrincipal, coversResource, type Asked } from './match-statement.ts'
import {
  policiesOf,
  policyKinds,
  type NamedPolicy,
  type PolicyKind,
  type PolicySet,
} from './policy-set.ts'
import type { ContextValue } from './request-context.ts'
import type { Statement } from './statement.ts'

/** One statement, read for one request. */
export interface Reading {
  readonly kind: PolicyKind
  readonly policy: NamedPolicy
  readonly statement: Statement
  readonly outcome: Outcome
}

/** Elements are looked at in this order; the first that does not fit ends the reading. */
export type Outcome =
  | { readonly kind: 'otherAction' }
  | { readonly kind: 'otherPrincipal' }
  | { readonly kind: 'otherResource' }
  | { readonly kind: 'conditionsFail'; readonly failed: readonly FailedCondition[] }
  | { readonly kind: 'applies' }

export interface FailedCondition {
  readonly condition: Condition
  /** What the request has under the key; undefined when it has no such key. */
  readonly found: ContextValue | undefined
}

/**
 * Every statement of every policy, with what comes of it: the long way that `evaluate` does not go. Throws what that
 * throws.
 */
export function readPolicies(request: AccessRequest, policies: PolicySet): readonly Reading[] {
  const asked = ask(request)
  const action = request.action.toLowerCase()
  return policyKinds.flatMap((kind) =>
    (policiesOf(policies, kind) ?? []).flatMap((policy) =>
      policy.document.statements.map((statement) => ({
        kind,
        policy,
        statement,
        outcome: coversAction(statement, action) ? read(statement, asked) : otherAction,
      })),
    ),
  )
}

const otherAction: Outcome = { kind: 'otherAction' }

function read(statement: Statement, asked: Asked): Outcome {
  if (!coversPrincipal(statement, asked)) return { kind: 'otherPrincipal' }
  if (!coversResource(statement, asked)) return { kind: 'otherResource' }
  const failed = failedConditions(statement, asked)
  return failed.length === 0 ? { kind: 'applies' } : { kind: 'conditionsFail', failed }
}

/** All of them, not only the first: an explanation that names one at a time sends people round in circles. */
function failedConditions(
  { conditions }: Statement,
  { context }: Asked,
): readonly FailedCondition[] {
  return conditions.flatMap((condition) => {
    const found = foundBy(condition, context)
    return condition.test(found, context) ? [] : [{ condition, found }]
  })
}
