import { foundBy, type Condition } from './condition/condition.ts'
import { matchesAction } from './match-action.ts'
import { matchesResource } from './match-resource.ts'
import type { PolicyDocument } from './policy-document.ts'
import { normalizeContext, type ContextValue, type RequestContext } from './request-context.ts'
import type { Statement } from './statement.ts'

/** Who wants to do what to what. */
export interface AccessRequest {
  /** ARN. */
  readonly principal: string
  /** E.g. `ec2-instance-connect:SendSSHPublicKey`. */
  readonly action: string
  /** ARN, or `*` for operations that have no single resource. */
  readonly resource: string
  /** By condition key in any letter case. All of it is taken from what the server knows, none from the caller's word. */
  readonly context: ReadonlyMap<string, ContextValue>
}

/** What a policy is to the request. Boundaries, session and resource policies will join here. */
export type PolicyKind = 'identity'

export interface NamedPolicy {
  /** For people, e.g. `inline policy reach-staging of user alice`. */
  readonly name: string
  readonly kind: PolicyKind
  readonly document: PolicyDocument
}

/** The answer, and every statement that was looked at with what came of it. `explain.ts` puts it into words. */
export type Decision =
  | { readonly kind: 'allowed'; readonly decidedBy: Reading; readonly readings: readonly Reading[] }
  | {
      readonly kind: 'explicitDeny'
      readonly decidedBy: Reading
      readonly readings: readonly Reading[]
    }
  | {
      readonly kind: 'implicitDeny'
      /** The kind of policy that does not allow it. */
      readonly missing: PolicyKind
      readonly readings: readonly Reading[]
    }

/** One statement, read for one request. */
export interface Reading {
  readonly policy: NamedPolicy
  readonly statement: Statement
  readonly outcome: Outcome
}

/** Elements are looked at in this order; the first that does not fit ends the reading. */
export type Outcome =
  | { readonly kind: 'otherAction' }
  | { readonly kind: 'otherResource' }
  | { readonly kind: 'conditionsFail'; readonly failed: readonly FailedCondition[] }
  | { readonly kind: 'applies' }

export interface FailedCondition {
  readonly condition: Condition
  /** What the request has under the key; undefined when it has no such key. */
  readonly found: ContextValue | undefined
}

/**
 * Decides a request (IAM User Guide, reference_policies_evaluation-logic): one Deny that applies, in any policy, denies;
 * else one Allow that applies allows; else it is denied. The order of policies and statements plays no part. Whatever
 * this throws is a refusal too.
 */
export function evaluate(request: AccessRequest, policies: readonly NamedPolicy[]): Decision {
  const asked: Asked = {
    action: request.action.toLowerCase(),
    resource: request.resource,
    context: normalizeContext(request.context),
  }
  const readings: Reading[] = []
  let allow: Reading | undefined
  let deny: Reading | undefined
  for (const policy of policies) {
    for (const statement of policy.document.statements) {
      const reading = { policy, statement, outcome: read(statement, asked) }
      readings.push(reading)
      if (reading.outcome.kind !== 'applies') continue
      if (statement.effect === 'Deny') deny ??= reading
      else allow ??= reading
    }
  }
  if (deny !== undefined) return { kind: 'explicitDeny', decidedBy: deny, readings }
  if (allow !== undefined) return { kind: 'allowed', decidedBy: allow, readings }
  return { kind: 'implicitDeny', missing: 'identity', readings }
}

/** A request in the form that statements are compared with: the action in lower case. */
interface Asked {
  readonly action: string
  readonly resource: string
  readonly context: RequestContext
}

const otherAction: Outcome = { kind: 'otherAction' }
const otherResource: Outcome = { kind: 'otherResource' }
const applies: Outcome = { kind: 'applies' }

function read(statement: Statement, asked: Asked): Outcome {
  if (!coversAction(statement, asked)) return otherAction
  if (!coversResource(statement, asked)) return otherResource
  const failed = failedConditions(statement, asked.context)
  return failed.length === 0 ? applies : { kind: 'conditionsFail', failed }
}

/** NotAction covers what none of its entries matches. */
function coversAction({ action: { element, entries } }: Statement, { action }: Asked): boolean {
  return entries.some((entry) => matchesAction(entry, action)) === (element === 'Action')
}

function coversResource({ resource: covered }: Statement, { resource, context }: Asked): boolean {
  if (covered === undefined) return true
  const { element, entries } = covered
  const matched = entries.some((entry) => matchesResource(entry, resource, context))
  return matched === (element === 'Resource')
}

/** All of them, not only the first: an explanation that names one at a time sends people round in circles. */
function failedConditions(
  { conditions }: Statement,
  context: RequestContext,
): readonly FailedCondition[] {
  const failed: FailedCondition[] = []
  for (const condition of conditions) {
    const found = foundBy(condition, context)
    if (!condition.test(found, context)) failed.push({ condition, found })
  }
  return failed
}
