import type { AccessRequest } from './access-request.ts'
import { describeFailure, remedyFor } from './explain-condition.ts'
import { nameOf } from './explain-statement.ts'
import type { PolicyKind } from './policy-set.ts'
import { printable, quote } from './quote.ts'
import type { FailedCondition, Reading } from './readings.ts'

/** Why the policies of one kind do not allow a request. */
export interface Lack {
  /** A sentence without its first capital and full stop. */
  readonly why: string
  /** The least that would have to be changed. */
  readonly change: string
}

/** `readings`: those of all policies of the kind. Names the Allow that came nearest. */
export function explainLack(
  kind: PolicyKind,
  readings: readonly Reading[],
  request: AccessRequest,
): Lack {
  const nearest = nearestAllow(readings)
  const lack = lackOf(nearest, readings, { kind, request })
  const { intro, place } = words[kind]
  return { why: intro + lack.why, change: lack.change + place }
}

const words: Readonly<Record<PolicyKind, { readonly intro: string; readonly place: string }>> = {
  identity: { intro: '', place: '' },
  boundary: {
    intro: 'the permissions boundary does not allow it: ',
    place: ', in the permissions boundary',
  },
  session: {
    intro: 'no session policy allows it: ',
    place: ', in the session policy of new credentials',
  },
  trust: { intro: 'the trust policy of the role does not allow it: ', place: '' },
}

interface Question {
  readonly kind: PolicyKind
  readonly request: AccessRequest
}

function lackOf(
  nearest: Reading | undefined,
  readings: readonly Reading[],
  { kind, request }: Question,
): Lack {
  switch (nearest?.outcome.kind) {
    case 'conditionsFail':
      return conditionLack(nearest, nearest.outcome.failed)
    case 'otherResource':
      return resourceLack(nearest, request)
    case 'otherPrincipal':
      return principalLack(nearest, request)
    case 'applies':
    case 'otherAction':
    case undefined:
      return actionLack(readings, { kind, request })
  }
}

function conditionLack(nearest: Reading, failed: readonly FailedCondition[]): Lack {
  const shown = failed.slice(0, 3)
  const more = failed.length > shown.length ? `, and ${failed.length - shown.length} more` : ''
  return {
    why: `${nameOf(nearest)} would allow it, but ${shown.map(describeFailure).join(', and ')}${more}`,
    change: shown.map(remedyFor).join('; and '),
  }
}

function resourceLack(nearest: Reading, request: AccessRequest): Lack {
  const { element = 'Resource', entries = [] } = nearest.statement.resource ?? {}
  const wanted = listOf(entries.map(({ text }) => text))
  const asked = quote(request.resource, 256)
  const name = nameOf(nearest)
  if (element === 'NotResource') {
    return {
      why: `${name} allows the action, but its NotResource leaves out ${wanted}, and the request is for ${asked}`,
      change: `take that out of the NotResource of ${name}`,
    }
  }
  return {
    why: `${name} allows the action, but on ${wanted}, and the request is for ${asked}`,
    change: `add ${asked} to the Resource of ${name}`,
  }
}

function principalLack(nearest: Reading, request: AccessRequest): Lack {
  const trusted = listOf(nearest.statement.principal?.entries.map(({ text }) => text) ?? [])
  const name = nameOf(nearest)
  return {
    why: `${name} allows the action, but to ${trusted}, and the request is from ${quote(request.principal, 256)}`,
    change: `add ${principalMember(request)} to the Principal of ${name}`,
  }
}

function actionLack(readings: readonly Reading[], { kind, request }: Question): Lack {
  const action = quote(request.action)
  const about =
    kind === 'trust'
      ? `"Principal": {${principalMember(request)}}`
      : `"Resource": ${quote(request.resource, 256)}`
  return {
    why: whyNoAction(readings, { kind, request }),
    change: `a statement with "Effect": "Allow", "Action": ${action} and ${about}`,
  }
}

function whyNoAction(readings: readonly Reading[], { kind, request }: Question): string {
  const count = new Set(readings.map(({ policy }) => policy)).size
  const principal = printable(request.principal, 256)
  if (count === 0) {
    return kind === 'session'
      ? 'there is none'
      : `no policy applies to ${principal}, and what no policy allows is denied`
  }
  const policies =
    kind === 'identity'
      ? `${count === 1 ? 'the policy' : `the ${count} policies`} of ${principal}`
      : count === 1
        ? 'it'
        : 'them'
  return readings.length === 1
    ? `the one statement in ${policies} does not allow ${quote(request.action)}`
    : `none of the ${readings.length} statements in ${policies} allows ${quote(request.action)}`
}

/** As it would stand in a trust policy. */
function principalMember({ principal }: AccessRequest): string {
  const type = /^arn:aws:iam::\d{12}:(oidc|saml)-provider\//.test(principal)
    ? 'Federated'
    : principal.startsWith('arn:')
      ? 'AWS'
      : 'Service'
  return `"${type}": ${quote(principal, 256)}`
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
    case 'otherPrincipal':
      return 1_000_000
    case 'otherAction':
      return 2_000_000
  }
}

function listOf(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).map((text) => quote(text, 256))
  return texts.length > 3 ? `${shown.join(', ')} and ${texts.length - 3} more` : shown.join(', ')
}
