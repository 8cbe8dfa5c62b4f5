import { uncovered } from '@fleetkey/iam/covers'
import { parsePolicyDocument } from '@fleetkey/iam/policy-document'
import type { NamedPolicy, PolicySet } from '@fleetkey/iam/policy-set'
import { pageOf, policyPage, type HolderKind } from '../api/holder.ts'
import type { AccountDetails, UserDetail } from './account-details.ts'

/** Something that a recommendation is about, and the page where it is mended. */
export interface Found {
  readonly text: string
  readonly to: string
}

/** What the policies of an account give away by the handful. */
export interface FarReaching {
  /** Users who may do everything, by name. */
  readonly administrators: ReadonlySet<string>
  /** Policies in use that let one log in as root everywhere, and are not those of administrators. */
  readonly rootEverywhere: readonly Found[]
}

/** An action on every resource, for whoever asks. */
const EVERYTHING = parsed('everything', { Action: '*', Resource: '*' })

/**
 * Decided by the rule that keeps people from handing out what they do not hold (@fleetkey/iam/covers): what depends on a tag, an address or a second factor, and
 * what a boundary or a Deny takes away, is not everything.
 */
export function farReaching(
  details: AccountDetails,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): FarReaching {
  const managed = managedPolicies(details)
  const rootOnAll = parsed('root on every instance', {
    Action: 'ec2-instance-connect:SendSSHPublicKey',
    Resource: `arn:aws:ec2:${region}:${accountId}:instance/*`,
    Condition: { StringEquals: { 'ec2:osuser': 'root' } },
  })
  const isFar = (policy: NamedPolicy) =>
    gives({ identity: [policy] }, rootOnAll) && !gives({ identity: [policy] }, EVERYTHING)
  return {
    administrators: new Set(
      details.users
        .filter((user) => gives(policiesOf(user, details, managed), EVERYTHING))
        .map(({ UserName }) => UserName),
    ),
    rootEverywhere: [
      ...details.policies
        .filter(({ AttachmentCount }) => AttachmentCount > 0)
        .filter(({ Arn }) => isFar(named(managed, Arn)))
        .map(({ PolicyName, Arn }) => ({ text: PolicyName, to: policyPage(Arn) })),
      ...inlinePolicies(details)
        .filter(({ policy }) => isFar(policy))
        .map(({ found }) => found),
    ],
  }
}

function gives(holder: PolicySet, asked: NamedPolicy): boolean {
  const nothing = new Map<string, never>()
  return (
    uncovered(
      { policies: holder, keys: nothing },
      { after: { policies: { identity: [asked] }, keys: nothing } },
    ) === undefined
  )
}

type Managed = ReadonlyMap<string, NamedPolicy>

/** By ARN, each in the version in force. */
function managedPolicies({ policies }: AccountDetails): Managed {
  return new Map(
    policies.map(({ Arn, PolicyName, PolicyVersionList }) => {
      const { Document = '' } = PolicyVersionList.find((one) => one.IsDefaultVersion) ?? {}
      return [Arn, { name: PolicyName, document: parsePolicyDocument(Document) }]
    }),
  )
}

/** Throws for a policy that the answer names and does not hold: nothing is said then, rather than too little. */
function named(managed: Managed, arn: string): NamedPolicy {
  const policy = managed.get(arn)
  if (policy === undefined) throw new Error(`${arn} changed meanwhile. Load the page again.`)
  return policy
}

/** Of a user and its groups, within its boundary. */
function policiesOf(user: UserDetail, { groups }: AccountDetails, managed: Managed): PolicySet {
  const ofGroups = groups.filter(({ GroupName }) => user.GroupList.includes(GroupName))
  const inline = [
    ...user.UserPolicyList,
    ...ofGroups.flatMap(({ GroupPolicyList }) => GroupPolicyList),
  ]
  const attached = [user, ...ofGroups].flatMap((one) => one.AttachedManagedPolicies)
  const boundary = user.PermissionsBoundary?.PermissionsBoundaryArn
  return {
    identity: [
      ...inline.map(({ PolicyName, PolicyDocument }) => ({
        name: PolicyName,
        document: parsePolicyDocument(PolicyDocument),
      })),
      ...attached.map(({ PolicyArn }) => named(managed, PolicyArn)),
    ],
    ...(boundary !== undefined && { boundary: named(managed, boundary) }),
  }
}

function inlinePolicies({ users, groups, roles }: AccountDetails) {
  const holders = [
    ...users.map((one) => ['user', one.UserName, one.UserPolicyList] as const),
    ...groups.map((one) => ['group', one.GroupName, one.GroupPolicyList] as const),
    ...roles.map((one) => ['role', one.RoleName, one.RolePolicyList] as const),
  ]
  return holders.flatMap(([kind, name, policies]) =>
    policies.map(({ PolicyName, PolicyDocument }) => ({
      policy: { name: PolicyName, document: parsePolicyDocument(PolicyDocument) },
      found: { text: `${PolicyName} of ${name}`, to: inlinePage(kind, name, PolicyName) },
    })),
  )
}

const inlinePage = (kind: HolderKind, name: string, policy: string): string =>
  `${pageOf({ kind, name })}/inline/${encodeURIComponent(policy)}`

function parsed(name: string, statement: object): NamedPolicy {
  const Statement = [{ Effect: 'Allow', ...statement }]
  return {
    name,
    document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement })),
  }
}
