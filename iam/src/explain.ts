import type { AccessRequest } from './access-request.ts'
import { evaluate, type Decision } from './evaluate.ts'
import { explainLack, type Lack } from './explain-lack.ts'
import { inARow, nameOf } from './explain-statement.ts'
import type { PolicyDocument } from './policy-document.ts'
import type { NamedPolicy, PolicyKind, PolicySet } from './policy-set.ts'
import { printable } from './quote.ts'
import { readPolicies, type Reading } from './readings.ts'

/**
 * A decision in words for the person who asked: one to six lines that name the statement that decided. A denial also
 * names, for every kind of policy that would have to allow and does not, the statement that came nearest to it, what that
 * wants and what the request has; and the least change that would allow it. Everything from outside is cut and free of
 * control characters.
 */
export function explainDecision(decision: Decision, request: AccessRequest): string {
  switch (decision.kind) {
    case 'allowed':
      return explainAllow(decision)
    case 'explicitDeny':
      return explainDeny(decision.policies, request)
    case 'implicitDeny': {
      const lacks = lacksOf(decision, readPolicies(request, decision.policies), request)
      const whys = lacks.map(({ why }) => `${capitalize(why)}.`)
      return [...whys, leastChange(lacks.map(({ change }) => change))].join('\n')
    }
  }
}

/** AWS's AccessDenied text (IAM User Guide, troubleshoot_access-denied). Only for decisions that deny. */
export function accessDeniedMessage(decision: Decision, request: AccessRequest): string {
  const [principal, action, resource] = [request.principal, request.action, request.resource].map(
    (text) => printable(text, 1024),
  )
  const refused = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`
  switch (decision.kind) {
    case 'explicitDeny': {
      const { kind, policy } = decision.decidedBy
      const arn = policy.arn === undefined ? '' : `: ${printable(policy.arn, 1024)}`
      return `${refused} with an explicit deny in ${named[kind].article} ${named[kind].noun}${arn}`
    }
    case 'implicitDeny': {
      const [missing = 'identity'] = decision.missing
      return `${refused} because no ${named[missing].noun} allows the ${action} action`
    }
    case 'allowed':
      throw new TypeError('An allowed request has no AccessDenied message.')
  }
}

const named: Readonly<Record<PolicyKind, { readonly article: string; readonly noun: string }>> = {
  identity: { article: 'an', noun: 'identity-based policy' },
  boundary: { article: 'a', noun: 'permissions boundary' },
  session: { article: 'a', noun: 'session policy' },
  trust: { article: 'the', noun: 'role trust policy' },
}

function explainAllow({ decidedBy, within }: Extract<Decision, { kind: 'allowed' }>): string {
  const granting = `${capitalize(nameOf(decidedBy))} allows it`
  if (within.length === 0) return `${granting}.`
  return `${granting}, and so ${within.length === 1 ? 'does' : 'do'} ${inARow(within.map(nameOf))}.`
}

function explainDeny(policies: PolicySet, request: AccessRequest): string {
  const readings = readPolicies(request, policies)
  const denies = readings.filter(
    ({ statement, outcome }) => statement.effect === 'Deny' && outcome.kind === 'applies',
  )
  const [one, names] = [denies.length === 1, inARow(denies.slice(0, 3).map(nameOf))]
  const more = denies.length > 3 ? ` (and ${denies.length - 3} more)` : ''
  const denied = `${capitalize(names)}${more} ${one ? 'denies' : 'deny'} it, and a Deny overrides every Allow.`
  const narrow = `narrow or remove ${one ? 'that Deny' : 'those Denies'}`

  const decision = evaluate(request, withoutDenies(policies))
  if (decision.kind === 'allowed') {
    return `${denied}\n${leastChange([`${narrow}; ${nameOf(decision.decidedBy)} then allows it`])}`
  }
  const lacks = lacksOf(decision, readings, request)
  const whys = lacks.map(({ why }) => `Apart from that, ${why}.`)
  return [denied, ...whys, leastChange([narrow, ...lacks.map(({ change }) => change)])].join('\n')
}

function lacksOf(
  decision: Decision,
  readings: readonly Reading[],
  request: AccessRequest,
): readonly Lack[] {
  if (decision.kind !== 'implicitDeny') return []
  return decision.missing.map((kind) =>
    explainLack(
      kind,
      readings.filter((reading) => reading.kind === kind),
      request,
    ),
  )
}

function withoutDenies(policies: PolicySet): PolicySet {
  const { identity, boundary, session, trust } = policies
  return {
    identity: identity.map(allowsOf),
    boundary: boundary && allowsOf(boundary),
    session: session?.map(allowsOf),
    trust: trust && allowsOf(trust),
  }
}

function allowsOf(policy: NamedPolicy): NamedPolicy {
  const statements = policy.document.statements.filter(({ effect }) => effect === 'Allow')
  const document: PolicyDocument = { ...policy.document, statements }
  return { ...policy, document }
}

function leastChange(changes: readonly string[]): string {
  return `Least change: ${changes.join('; and ')}.`
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
