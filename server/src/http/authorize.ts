import { accessDenied, roleNotTrusting } from '@fleetkey/domain/exceptions/authorization'
import { principalId } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { AccessRequest } from '@fleetkey/iam/access-request'
import { evaluate, type Decision } from '@fleetkey/iam/evaluate'
import { accessDeniedMessage, explainDecision } from '@fleetkey/iam/explain'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Caller } from '../operations/caller.ts'
import { momentKeys, placeKeys, principalKeys, resourceKeys } from '../operations/context-keys.ts'
import type { Origin, Resource } from '../operations/operation.ts'
import { compiledPolicy } from '../operations/policy-set-of.ts'

/** What is asked for, ready to be decided. */
export interface Question {
  readonly caller: Caller
  readonly principalArn: string
  /** Each must be allowed on each resource. */
  readonly actions: readonly string[]
  readonly resources: readonly Resource[]
  readonly context: Readonly<Record<string, ContextValue>>
  readonly origin: Origin
  readonly secureTransport: boolean
  readonly realm: Realm
  readonly now: number
}

/**
 * The only place that decides. Returns why it was allowed, in words for the trail; throws AccessDenied, with the explanation, when any
 * action on any resource is refused. The account's root may do everything but assume roles, as in AWS.
 */
export function authorize(question: Question): string {
  const { caller, actions, resources } = question
  const isRoot = caller.principal.kind === 'root'
  if (isRoot && resources.every((resource) => resource.trustPolicy === undefined)) {
    return 'The account root user may do everything.'
  }
  let allowedBecause = ''
  for (const resource of resources) {
    const policies = policiesFor(caller, resource)
    for (const action of resource.actions ?? actions) {
      const request = accessRequest(question, { action, resource })
      if (isRoot) {
        throw accessDenied(
          'Roles may not be assumed by root accounts.',
          'Root has no need of a role, and its key should not be in daily use. Ask as a user whom the trust policy names.',
        )
      }
      const decision = evaluate(request, policies)
      if (resource.isOwn === true && decision.kind === 'implicitDeny') {
        allowedBecause ||= "It is the caller's own."
        continue
      }
      if (decision.kind !== 'allowed') {
        if (isByTrust(decision)) {
          const asked = { principal: question.principalArn, action, arn: resource.arn }
          throw roleNotTrusting(asked, explainDecision(decision, request))
        }
        throw accessDenied(
          accessDeniedMessage(decision, request),
          explainDecision(decision, request),
        )
      }
      allowedBecause ||= explainDecision(decision, request)
    }
  }
  if (allowedBecause === '')
    throw accessDenied('Nothing was asked for.', 'The request names no resource.')
  return allowedBecause
}

function isByTrust(decision: Exclude<Decision, { kind: 'allowed' }>): boolean {
  return decision.kind === 'explicitDeny'
    ? decision.decidedBy.kind === 'trust'
    : decision.missing.includes('trust')
}

/** What is decided, for one action and resource. */
export function accessRequest(
  question: Question,
  { action, resource }: { readonly action: string; readonly resource: Resource },
): AccessRequest {
  return {
    principal: question.principalArn,
    principalId: principalId(question.caller.principal, question.realm),
    action,
    resource: resource.arn,
    context: contextFor(question, resource),
  }
}

function policiesFor({ policies }: Caller, { trustPolicy, arn }: Resource): PolicySet {
  if (trustPolicy === undefined) return policies
  const document = compiledPolicy(trustPolicy, 'trust')
  return { ...policies, trust: { name: `the trust policy of ${arn}`, document } }
}

/** All of it is what the server knows; nothing is the caller's word but what `context` of the operation says of its own request. */
function contextFor(question: Question, resource: Resource): ReadonlyMap<string, ContextValue> {
  const { caller, realm, origin, secureTransport, now } = question
  return new Map<string, ContextValue>([
    ...Object.entries(question.context),
    ...caller.context,
    ...resourceKeys(resource, realm),
    ...principalKeys(caller.principal, realm),
    ...momentKeys({ origin, secureTransport, now, mfaAt: caller.mfaAt ?? caller.session?.mfaAt }),
    ...placeKeys(realm),
  ])
}
