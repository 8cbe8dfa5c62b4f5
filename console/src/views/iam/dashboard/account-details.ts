import { iam } from '../api/iam.ts'

/** What GetAccountAuthorizationDetails answers, as far as the dashboard reads it (IAM API reference). */
export interface AccountDetails {
  readonly users: readonly UserDetail[]
  readonly groups: readonly GroupDetail[]
  readonly roles: readonly RoleDetail[]
  readonly policies: readonly ManagedPolicyDetail[]
}

export interface UserDetail {
  readonly UserName: string
  readonly UserPolicyList: readonly InlinePolicy[]
  readonly GroupList: readonly string[]
  readonly AttachedManagedPolicies: readonly Attached[]
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string }
}

interface GroupDetail {
  readonly GroupName: string
  readonly GroupPolicyList: readonly InlinePolicy[]
  readonly AttachedManagedPolicies: readonly Attached[]
}

interface RoleDetail {
  readonly RoleName: string
  readonly RolePolicyList: readonly InlinePolicy[]
  readonly AttachedManagedPolicies: readonly Attached[]
}

export interface ManagedPolicyDetail {
  readonly PolicyName: string
  readonly Arn: string
  readonly AttachmentCount: number
  readonly PolicyVersionList: readonly {
    readonly IsDefaultVersion: boolean
    readonly Document: string
  }[]
}

interface InlinePolicy {
  readonly PolicyName: string
  readonly PolicyDocument: string
}

interface Attached {
  readonly PolicyArn: string
}

interface Answer {
  readonly UserDetailList: readonly UserDetail[]
  readonly GroupDetailList: readonly GroupDetail[]
  readonly RoleDetailList: readonly RoleDetail[]
  readonly Policies: readonly ManagedPolicyDetail[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

/** All of it: a page counts all kinds together. */
export async function readAccountDetails(signal: AbortSignal): Promise<AccountDetails> {
  const pages: Answer[] = []
  let marker: string | undefined
  do {
    const input = { MaxItems: 1000, ...(marker !== undefined && { Marker: marker }) }
    const page = await iam<Answer>('GetAccountAuthorizationDetails', input, signal)
    pages.push(page)
    marker = page.IsTruncated ? page.Marker : undefined
  } while (marker !== undefined)
  return {
    users: pages.flatMap(({ UserDetailList }) => UserDetailList),
    groups: pages.flatMap(({ GroupDetailList }) => GroupDetailList),
    roles: pages.flatMap(({ RoleDetailList }) => RoleDetailList),
    policies: pages.flatMap(({ Policies }) => Policies),
  }
}
