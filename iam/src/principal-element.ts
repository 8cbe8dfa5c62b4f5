import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { isList, isObject, type JsonValue } from '@fleetkey/domain/strict-json'
import { printable } from './quote.ts'

/** Whom a statement of a trust policy names; one entry that matches is enough (IAM User Guide, elements Principal). */
export interface PrincipalElement {
  /** At least one. */
  readonly entries: readonly PrincipalEntry[]
}

export interface PrincipalEntry {
  /** The word it stood under. */
  readonly type: PrincipalType
  readonly kind: PrincipalKind
  /** As it was written. */
  readonly text: string
}

export type PrincipalType = 'AWS' | 'Federated' | 'Service'

/**
 * What an entry names. `identity` is one caller: a user or one session of a role. How much a statement gives depends on
 * it: see `match-principal.ts`.
 */
export type PrincipalKind = 'everyone' | 'account' | 'role' | 'identity' | 'provider' | 'service'

/**
 * Reads the Principal of a trust policy: ARNs and account ids, and the unique ids (`AIDA…`, `AROA…`, `AROA…:session`)
 * that a stored trust policy has in their place, so that a user who is deleted and made anew is not trusted. Names are
 * whole: a wildcard within one is refused. Throws MalformedPolicyDocument with AWS's texts.
 */
export function parsePrincipal(json: JsonValue | undefined): PrincipalElement {
  if (json === undefined) throw malformedPolicyDocument('Missing required field Principal')
  if (json === '*') {
    throw malformedPolicyDocument('AssumeRolepolicy contained an invalid principal: "STAR":"*".')
  }
  if (!isObject(json)) {
    throw malformedPolicyDocument('Syntax errors in policy. The Principal is not an object.')
  }
  const entries = [...json].flatMap(([type, names]) =>
    (isList(names) ? names : [names]).map((name) => parseEntry(type, name)),
  )
  if (entries.length === 0) throw malformedPolicyDocument('Missing required field Principal')
  return { entries }
}

function parseEntry(type: string, name: JsonValue): PrincipalEntry {
  if (typeof name !== 'string') {
    throw malformedPolicyDocument(
      'Syntax errors in policy. A principal must be a text or a list of texts.',
    )
  }
  if (type === 'AWS' || type === 'Federated' || type === 'Service') {
    const kind = forms[type].find(([form]) => form.test(name))?.[1]
    if (kind !== undefined) return { type, kind, text: name }
  }
  throw malformedPolicyDocument(
    `Invalid principal in policy: "${printable(type)}":"${printable(name, 256)}"`,
  )
}

/** Names and paths of users and roles, and role session names (IAM User Guide, reference_iam-quotas). */
const forms: Readonly<Record<PrincipalType, readonly (readonly [RegExp, PrincipalKind])[]>> = {
  AWS: [
    [/^\*$/, 'everyone'],
    [/^\d{12}$/, 'account'],
    [/^arn:aws:iam::\d{12}:root$/, 'account'],
    [/^arn:aws:iam::\d{12}:user\/(?:[!-)+-.0->@-~]+\/)*[\w+=,.@-]+$/, 'identity'],
    [/^arn:aws:iam::\d{12}:role\/(?:[!-)+-.0->@-~]+\/)*[\w+=,.@-]+$/, 'role'],
    [/^arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/, 'identity'],
    [/^AIDA[A-Z0-9]+$/, 'identity'],
    [/^AROA[A-Z0-9]+$/, 'role'],
    [/^AROA[A-Z0-9]+:[\w+=,.@-]+$/, 'identity'],
  ],
  Federated: [
    [/^arn:aws:iam::\d{12}:(?:oidc-provider|saml-provider)\/[\w+=,.@:/-]+$/, 'provider'],
    [/^[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?(?:\/[\w+=,.@-]+)*\/?$/, 'provider'],
  ],
  Service: [[/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, 'service']],
}
