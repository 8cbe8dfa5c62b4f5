import { awsPolicyArn, policyArn } from '@fleetkey/domain/arn'
import type { Realm } from '@fleetkey/domain/realm'
import { parsePolicyDocument, type PolicyDocument } from '@fleetkey/iam/policy-document'
import type { NamedPolicy, PolicySet } from '@fleetkey/iam/policy-set'
import type { SessionLimits } from '../store/credential-store.ts'
import type { HeldPolicy, PolicyText, Rights } from '../store/identity-store.ts'

/** The policies of a user or role, compiled and named for people. */
export function policySetOf({ policies, boundary }: Rights, realm: Realm): PolicySet {
  return {
    identity: policies.map((policy) => heldPolicy(policy, realm)),
    ...(boundary === undefined
      ? {}
      : { boundary: named(boundary, `the permissions boundary ${boundary.policyName}`, realm) }),
  }
}

/**
 * The session policies of a session, if it was made with any. One that was deleted since may have had a Deny, which must not go with
 * it: the session may do nothing then.
 */
export function sessionPoliciesOf(
  { policy, policyIds = [] }: SessionLimits,
  managed: readonly PolicyText[],
  realm: Realm,
): Pick<PolicySet, 'session'> {
  if (policy === undefined && policyIds.length === 0) return {}
  if (managed.length < policyIds.length) return { session: [] }
  const inline =
    policy === undefined
      ? []
      : [{ name: 'the session policy', document: parsePolicyDocument(policy, 'session') }]
  return {
    session: [
      ...inline,
      ...managed.map((text) => named(text, `the session policy ${text.policyName}`, realm)),
    ],
  }
}

function heldPolicy(policy: HeldPolicy, realm: Realm): NamedPolicy {
  const { policyName, managed, holder } = policy
  const kind = managed === undefined ? 'inline policy' : 'managed policy'
  return named(policy, `${kind} ${policyName} of ${holder.kind} ${holder.name}`, realm)
}

function named({ policyName, managed, document }: PolicyText, name: string, realm: Realm) {
  if (managed === undefined) return { name, document: compiledPolicy(document, 'identity') }
  const arn = managed.ownedByAws ? awsPolicyArn : policyArn
  return {
    name,
    arn: arn(realm, policyName, managed.path),
    document: compiledPolicy(document, 'managed'),
  }
}

type DocumentKind = Exclude<Parameters<typeof parsePolicyDocument>[1], 'session'>

/** Characters of all texts: compiled, a policy takes some 20 bytes for each of its characters, and 50 when it is made for that. */
const MAX_COMPILED = 2 ** 23
const compiled = new Map<string, PolicyDocument>()
let length = 0

/**
 * Parsed once per text: documents are few and stay the same while rights change around them. Not so those of sessions, which live with the
 * session alone. Throws MalformedPolicyDocument, which for a stored document is a fault of ours and refuses the request.
 */
export function compiledPolicy(text: string, kind: DocumentKind): PolicyDocument {
  const key = `${kind} ${text}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  if (length + key.length > MAX_COMPILED) {
    compiled.clear()
    length = 0
  }
  const document = parsePolicyDocument(text, kind)
  compiled.set(key, document)
  length += key.length
  return document
}
