import type { PolicyDocument } from './policy-document.ts'

/**
 * What a policy is to a request (IAM User Guide, access_policies). Identity policies grant, boundary and session policies
 * only limit what those grant. `trust` is the trust policy of the role that the request is about.
 */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'trust'

export interface NamedPolicy {
  /** For people, e.g. `inline policy reach-staging of user alice`. */
  readonly name: string
  /** Of a managed policy. */
  readonly arn?: string | undefined
  readonly document: PolicyDocument
}

/** Every policy that has a say in a request. */
export interface PolicySet {
  /** Of the user and its groups, or of the role. What no policy allows is denied. */
  readonly identity: readonly NamedPolicy[]
  /** Permissions boundary of the user or the role. Absent: none limits it. */
  readonly boundary?: NamedPolicy | undefined
  /** Of a session, what it was asked for with. Absent: it was asked for without any; an empty list allows nothing. */
  readonly session?: readonly NamedPolicy[] | undefined
  /** Present when the resource is a role: such a request is never allowed by identity policies alone. */
  readonly trust?: NamedPolicy | undefined
}

/** The policies of one kind; undefined when that kind has no say. */
export function policiesOf(set: PolicySet, kind: PolicyKind): readonly NamedPolicy[] | undefined {
  switch (kind) {
    case 'identity':
      return set.identity
    case 'boundary':
      return set.boundary && [set.boundary]
    case 'session':
      return set.session
    case 'trust':
      return set.trust && [set.trust]
  }
}

/** In the order in which they are looked at. When several kinds deny, the first is the one that is named. */
export const policyKinds: readonly PolicyKind[] = ['identity', 'boundary', 'session', 'trust']
