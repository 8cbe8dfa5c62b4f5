// What IAM answers, as far as pages show it (IAM API reference). Times are seconds since 1970.

export interface User {
  readonly UserName: string
  readonly Arn: string
  readonly Path: string
  readonly UserId: string
  readonly CreateDate: number
  readonly PasswordLastUsed?: number
  readonly PermissionsBoundary?: Boundary
  readonly Tags?: readonly Tag[]
}

export interface Group {
  readonly GroupName: string
  readonly Arn: string
  readonly Path: string
  readonly GroupId: string
  readonly CreateDate: number
}

export interface Role {
  readonly RoleName: string
  readonly Arn: string
  readonly Path: string
  readonly RoleId: string
  readonly CreateDate: number
  readonly AssumeRolePolicyDocument: string
  readonly Description?: string
  readonly MaxSessionDuration: number
  readonly PermissionsBoundary?: Boundary
  readonly Tags?: readonly Tag[]
  readonly RoleLastUsed?: { readonly LastUsedDate?: number }
}

export interface Policy {
  readonly PolicyName: string
  readonly Arn: string
  readonly Path: string
  readonly PolicyId: string
  readonly DefaultVersionId: string
  readonly AttachmentCount: number
  readonly PermissionsBoundaryUsageCount: number
  readonly CreateDate: number
  readonly UpdateDate: number
  readonly Description?: string
  readonly Tags?: readonly Tag[]
}

export interface PolicyVersion {
  readonly VersionId: string
  readonly IsDefaultVersion: boolean
  readonly CreateDate: number
  readonly Document?: string
}

export interface AttachedPolicy {
  readonly PolicyName: string
  readonly PolicyArn: string
}

interface Boundary {
  readonly PermissionsBoundaryArn: string
}

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export interface AccessKey {
  readonly AccessKeyId: string
  readonly Status: 'Active' | 'Inactive'
  readonly CreateDate: number
}

export interface PolicyEntities {
  readonly PolicyUsers: readonly { readonly UserName: string }[]
  readonly PolicyGroups: readonly { readonly GroupName: string }[]
  readonly PolicyRoles: readonly { readonly RoleName: string }[]
}

export interface PasswordPolicy {
  readonly MinimumPasswordLength: number
  readonly RequireSymbols: boolean
  readonly RequireNumbers: boolean
  readonly RequireUppercaseCharacters: boolean
  readonly RequireLowercaseCharacters: boolean
  readonly AllowUsersToChangePassword: boolean
  readonly MaxPasswordAge?: number
  readonly PasswordReusePrevention?: number
  readonly HardExpiry?: boolean
}

/** Ours: whether somebody may push a key. `conditional`: it depends on what only the moment tells. */
export type Decision = 'allowed' | 'conditional' | 'denied'
