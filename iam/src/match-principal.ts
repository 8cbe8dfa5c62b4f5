import type { PrincipalElement, PrincipalEntry } from './principal-element.ts'
import { lookUp, type RequestContext } from './request-context.ts'

/** Who asks. */
export interface Caller {
  /** ARN, or the name of a service. */
  readonly principal: string
  /** `AIDA…` or `AROA…:session`, where the caller has one. */
  readonly principalId: string | undefined
  readonly context: RequestContext
}

/**
 * How a trust policy names its caller, and so how much an Allow gives (IAM User Guide, reference_policies_evaluation-logic,
 * "resource-based policies"). `itself` is enough alone; what names the caller's `role` still leaves the limits of boundary
 * and session; what names its `account` leaves the choice to that account's identity policies.
 */
export type Naming = 'itself' | 'role' | 'account'

/** The most favourable naming among all entries; undefined when none names the caller. */
export function namingOf(
  { entries }: PrincipalElement,
  caller: Caller,
  effect: 'Allow' | 'Deny',
): Naming | undefined {
  const namings = entries.map((entry) => namingBy(entry, caller, effect))
  return (['itself', 'role', 'account'] as const).find((naming) => namings.includes(naming))
}

/** The account in an ARN; undefined when it has none. */
export function accountOf(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1]
}

function namingBy(
  { kind, text }: PrincipalEntry,
  caller: Caller,
  effect: 'Allow' | 'Deny',
): Naming | undefined {
  const { principal, principalId } = caller
  switch (kind) {
    case 'everyone':
      // Whoever holds some token of some provider is trusted by the provider's name only (IAM Access Analyzer policy
      // checks, "mismatched action for principal"). A Deny for everyone leaves out nobody.
      return effect === 'Deny' || accountOfIdentity(principal) !== undefined ? 'itself' : undefined
    case 'account':
      return accountOfIdentity(principal) === (accountOf(text) ?? text) ? 'account' : undefined
    case 'identity':
      return text === principal || text === principalId ? 'itself' : undefined
    case 'role':
      return text === roleArnOf(caller) || text === roleIdOf(principalId) ? 'role' : undefined
    case 'provider':
      return text === principal || text === providerNameOf(principal) ? 'itself' : undefined
    case 'service':
      return text === principal ? 'itself' : undefined
  }
}

/** Of users, roles, sessions and the root; providers and services have none: they are not identities of an account. */
export function accountOfIdentity(principal: string): string | undefined {
  return /^arn:aws:(?:iam|sts)::(\d{12}):(?:root$|user\/|role\/|assumed-role\/)/.exec(
    principal,
  )?.[1]
}

/** A session's ARN has no path and its role's may have one, so that comes from the request. */
function roleArnOf({ principal, context }: Caller): string {
  const [, account = '', name = ''] =
    /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(principal) ?? []
  if (name === '') return principal
  const known = lookUp(context, 'aws:principalarn')
  const isItsRole =
    typeof known === 'string' &&
    known.startsWith(`arn:aws:iam::${account}:role/`) &&
    known.endsWith(`/${name}`)
  return isItsRole ? known : `arn:aws:iam::${account}:role/${name}`
}

function roleIdOf(principalId: string | undefined): string | undefined {
  return principalId?.split(':', 1)[0]
}

/** OpenID Connect providers go by host and path as well. */
function providerNameOf(principal: string): string | undefined {
  return /^arn:aws:iam::\d{12}:oidc-provider\/(.+)$/s.exec(principal)?.[1]
}
