import { iam } from '../api/iam.ts'
import type { Group, Policy, User } from '../api/shapes.ts'
import { groupsOf, ownPolicies } from '../parts/held-policies.ts'
import type { InlinePolicy } from './new-user.ts'

/** All that says what a user may do. */
export interface UserPermissions {
  readonly groups: readonly Group[]
  readonly policies: readonly Policy[]
  readonly inline: readonly InlinePolicy[]
  readonly boundary: Policy | undefined
}

export async function permissionsOfUser(
  UserName: string,
  signal: AbortSignal,
): Promise<UserPermissions> {
  const policyOf = async (PolicyArn: string) =>
    (await iam<{ Policy: Policy }>('GetPolicy', { PolicyArn }, signal)).Policy
  const inlineOf = async (name: string) => {
    const input = { UserName, PolicyName: name }
    const found = await iam<{ PolicyDocument: string }>('GetUserPolicy', input, signal)
    return { name, document: found.PolicyDocument }
  }
  const [{ User: user }, groups, own] = await Promise.all([
    iam<{ User: User }>('GetUser', { UserName }, signal),
    groupsOf(UserName, signal),
    ownPolicies({ kind: 'user', name: UserName }, signal),
  ])
  const boundary = user.PermissionsBoundary?.PermissionsBoundaryArn
  const [policies, inline, bounding] = await Promise.all([
    Promise.all(own.flatMap(({ arn }) => (arn === undefined ? [] : [policyOf(arn)]))),
    Promise.all(own.flatMap(({ arn, name }) => (arn === undefined ? [inlineOf(name)] : []))),
    boundary === undefined ? undefined : policyOf(boundary),
  ])
  return { groups, policies, inline, boundary: bounding }
}

/** `2 groups, 1 policy and a boundary`; that there is nothing, too. */
export function permissionsInWords(permissions: UserPermissions): string {
  const { groups, policies, inline, boundary } = permissions
  const counted = (count: number, one: string, many: string) =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
  const parts = [
    ...counted(groups.length, 'group', 'groups'),
    ...counted(policies.length, 'policy', 'policies'),
    ...counted(inline.length, 'inline policy', 'inline policies'),
    ...(boundary === undefined ? [] : ['the boundary']),
  ]
  const last = parts.pop()
  if (last === undefined) return 'no permissions'
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`
}
