import { limitExceeded } from '@fleetkey/domain/exceptions/iam'
import { packedPolicyTooLarge } from '@fleetkey/domain/exceptions/sts'

/**
 * AWS's default quotas (IAM User Guide, reference_iam-quotas; STS API reference, AssumeRole). Sizes are in characters,
 * white space not counted. AWS raises some of them on request (managed policies per principal to 20, trust policies to
 * 4,096); here the defaults hold for everybody, so that what fits here fits there.
 */
export const QUOTAS = {
  /** How many of a kind an account may have; AWS's own policies do not count. */
  perAccount: {
    user: 5_000,
    group: 300,
    role: 1_000,
    policy: 1_500,
    provider: 100,
    profile: 1_000,
  },
  managedPolicySize: 6_144,
  /** Sums over the inline policies of one owner. */
  inlinePolicySize: { user: 2_048, group: 5_120, role: 10_240 },
  trustPolicySize: 2_048,
  /** Sum over the policies that one AssumeRole passes, with white space. */
  sessionPolicySize: 2_048,
  sessionPolicyArns: 10,
  policyVersions: 5,
  attachedPolicies: 10,
  groupsPerUser: 10,
  accessKeysPerUser: 2,
} as const

export type PolicyOwnerKind = keyof typeof QUOTAS.inlinePolicySize

const ownerWord = { user: 'User', group: 'Group', role: 'Role' } as const

/** The size that counts. JSON knows four white space characters; U+00A0, which a policy may hold, is none. */
export function policySize(document: string): number {
  return document.replace(/[ \t\n\r]+/g, '').length
}

/** Throws LimitExceeded. */
export function checkManagedPolicySize(document: string): void {
  if (policySize(document) <= QUOTAS.managedPolicySize) return
  throw exceeds('PolicySize', QUOTAS.managedPolicySize)
}

/** `documents`: all inline policies that the owner would have. Throws LimitExceeded. */
export function checkInlinePolicySize(
  owner: { readonly kind: PolicyOwnerKind; readonly name: string },
  documents: readonly string[],
): void {
  const limit = QUOTAS.inlinePolicySize[owner.kind]
  if (documents.reduce((sum, document) => sum + policySize(document), 0) <= limit) return
  throw limitExceeded(
    `Maximum policy size of ${limit} bytes exceeded for ${owner.kind} ${owner.name}`,
  )
}

/** For an inline policy whose owner is not known: no owner has room for more than this. Throws LimitExceeded. */
export function checkLargestInlineSize(document: string): void {
  const limit = Math.max(...Object.values(QUOTAS.inlinePolicySize))
  if (policySize(document) > limit) {
    throw limitExceeded(`Maximum policy size of ${limit} bytes exceeded`)
  }
}

/** For a role's trust policy; AWS calls it the role's access control list. Throws LimitExceeded. */
export function checkTrustPolicySize(document: string): void {
  if (policySize(document) <= QUOTAS.trustPolicySize) return
  throw exceeds('ACLSizePerRole', QUOTAS.trustPolicySize)
}

/**
 * Share of the room that session policies take, in whole percent: the `PackedPolicySize` of an STS answer. AWS packs
 * them in a way that it does not tell; we count characters. Throws PackedPolicyTooLarge.
 */
export function packSessionPolicies(documents: readonly string[]): number {
  const size = documents.reduce((sum, document) => sum + document.length, 0)
  const percent = Math.ceil((size * 100) / QUOTAS.sessionPolicySize)
  if (percent <= 100) return percent
  throw packedPolicyTooLarge(
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  )
}

/** `count`: how many the owner would have attached. Throws LimitExceeded. */
export function checkAttachedPolicies(owner: PolicyOwnerKind, count: number): void {
  if (count > QUOTAS.attachedPolicies) {
    throw exceeds(`PoliciesPer${ownerWord[owner]}`, QUOTAS.attachedPolicies)
  }
}

/** `count`: how many groups the user would be in. Throws LimitExceeded. */
export function checkGroupsPerUser(count: number): void {
  if (count > QUOTAS.groupsPerUser) throw exceeds('GroupsPerUser', QUOTAS.groupsPerUser)
}

/** `count`: how many keys the user would have. Throws LimitExceeded. */
export function checkAccessKeysPerUser(count: number): void {
  if (count > QUOTAS.accessKeysPerUser) throw exceeds('AccessKeysPerUser', QUOTAS.accessKeysPerUser)
}

export type CountedKind = keyof typeof QUOTAS.perAccount

const countedWord: Readonly<Record<CountedKind, string>> = {
  user: 'Users',
  group: 'Groups',
  role: 'Roles',
  policy: 'Policies',
  provider: 'OpenIdConnectProviders',
  profile: 'InstanceProfiles',
}

/** For one more of a kind than the account may have. */
export const accountIsFull = (kind: CountedKind) =>
  exceeds(`${countedWord[kind]}PerAccount`, QUOTAS.perAccount[kind])

export const tooManyPolicyVersions = () =>
  limitExceeded(
    `A managed policy can have up to ${QUOTAS.policyVersions} versions. Before you create a new version, you must delete an existing version.`,
  )

function exceeds(quota: string, limit: number) {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`)
}
