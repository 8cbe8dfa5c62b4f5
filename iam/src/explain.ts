import type { AccessRequest, Decision, FailedCondition, PolicyKind, Reading } from './evaluate.ts'
import { describeFailure, remedyFor } from './explain-condition.ts'
import { printable, quote } from './quote.ts'

/**
 * A decision in words for the person who asked: one to four lines that name the statement that decided. A denial also
 * names the statement that came nearest to allowing it, what it wants and what the request has, and the least change
 * that would allow it. Everything from outside is cut and free of control characters.
 */
export function explainDecision(decision: Decision, request: AccessRequest): string {
  switch (decision.kind) {
    case 'allowed':
      return `${capitalize(nameOf(decision.decidedBy))} allows it.`
    case 'explicitDeny':
      return explainExplicitDeny(decision.decidedBy, decision.readings)
    case 'implicitDeny':
      return explainImplicitDeny(decision.readings, request)
  }
}

/** AWS's AccessDenied text (IAM User Guide, troubleshoot_access-denied). Only for decisions that deny. */
export function accessDeniedMessage(decision: Decision, request: AccessRequest): string {
  const [principal, action, resource] = [request.principal, request.action, request.resource].map(
    (text) => printable(text, 1024),
  )
  const refused = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`
  switch (decision.kind) {
    case 'explicitDeny':
      return `${refused} with an explicit deny in ${article[decision.decidedBy.policy.kind]}`
    case 'implicitDeny':
      return `${refused} because no ${plain[decision.missing]} allows the ${action} action`
    case 'allowed':
      throw new TypeError('An allowed request has no AccessDenied message.')
  }
}

const plain: Record<PolicyKind, string> = { identity: 'identity-based policy' }
const article: Record<PolicyKind, string> = { identity: 'an identity-based policy' }

function explainExplicitDeny(deny: Reading, readings: readonly Reading[]): string {
  const allow = readings.find(
    ({ statement, outcome }) => statement.effect === 'Allow' && outcome.kind === 'applies',
  )
  const without = allow
    ? `Least change: narrow or remove that Deny; ${nameOf(allow)} then allows it.`
    : 'Apart from that, no statement allows it either.'
  return `${capitalize(nameOf(deny))} denies it, and a Deny overrides every Allow.\n${without}`
}

function explainImplicitDeny(readings: readonly Reading[], request: AccessRequest): string {
  const nearest = nearestAllow(readings)
  if (nearest?.outcome.kind === 'conditionsFail') {
    return explainConditions(nearest, nearest.outcome.failed)
  }
  if (nearest?.outcome.kind === 'otherResource') return explainResource(nearest, request)
  return explainAction(readings, request)
}

function explainConditions(nearest: Reading, failed: readonly FailedCondition[]): string {
  const shown = failed.slice(0, 3)
  const more = failed.length > shown.length ? `, and ${failed.length - shown.length} more` : ''
  const failures = shown.map(describeFailure).join(', and ')
  const remedies = shown.map(remedyFor).join('; and ')
  return `${capitalize(nameOf(nearest))} would allow it, but ${failures}${more}.\nLeast change: ${remedies}.`
}

function explainResource(nearest: Reading, request: AccessRequest): string {
  const { element, entries } = nearest.statement.resource ?? { element: 'Resource', entries: [] }
  const wanted = listOf(entries.map(({ text }) => text))
  const asked = quote(request.resource, 256)
  const name = capitalize(nameOf(nearest))
  if (element === 'NotResource') {
    return `${name} allows the action, but its NotResource leaves out ${wanted}, and the request is for ${asked}.\nLeast change: take that out of the NotResource.`
  }
  return `${name} allows the action, but on ${wanted}, and the request is for ${asked}.\nLeast change: add ${asked} to its Resource.`
}

function explainAction(readings: readonly Reading[], request: AccessRequest): string {
  const action = quote(request.action)
  const count = new Set(readings.map(({ policy }) => policy)).size
  const reason =
    count === 0
      ? `No policy applies to ${printable(request.principal, 256)}, and what no policy allows is denied.`
      : `None of the ${readings.length} statements in ${count === 1 ? 'the policy' : `the ${count} policies`} of ${printable(request.principal, 256)} allows ${action}.`
  return `${reason}\nLeast change: a statement with "Effect": "Allow", "Action": ${action} and "Resource": ${quote(request.resource, 256)}.`
}

/** Conditions come last in a reading, so a statement that fails only there is nearest; the fewer, the nearer. */
function nearestAllow(readings: readonly Reading[]): Reading | undefined {
  const allows = readings.filter(({ statement }) => statement.effect === 'Allow')
  const distances = allows.map((reading) => ({ reading, distance: distanceOf(reading) }))
  return distances.toSorted((a, b) => a.distance - b.distance)[0]?.reading
}

function distanceOf({ outcome }: Reading): number {
  switch (outcome.kind) {
    case 'applies':
      return 0
    case 'conditionsFail':
      return outcome.failed.length
    case 'otherResource':
      return 1_000_000
    case 'otherAction':
      return 2_000_000
  }
}

function nameOf({ policy, statement }: Reading): string {
  const which = statement.sid === undefined ? String(statement.number) : quote(statement.sid)
  return `statement ${which} of ${printable(policy.name, 256)}`
}

function listOf(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).map((text) => quote(text, 256))
  return texts.length > 3 ? `${shown.join(', ')} and ${texts.length - 3} more` : shown.join(', ')
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
