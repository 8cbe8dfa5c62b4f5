import { assumedRoleArn, oidcProviderArn, rootArn, userArn } from './arn.ts'
import type { Realm } from './realm.ts'

/** Who asks. Ids are immutable and never reused: a user deleted and made again is another principal. */
export type Principal =
  | { readonly kind: 'root' }
  | {
      readonly kind: 'user'
      readonly userId: string
      readonly userName: string
      /** Begins and ends with a slash. */
      readonly path: string
    }
  /** One session of a role. */
  | {
      readonly kind: 'assumedRole'
      readonly roleId: string
      readonly roleName: string
      readonly path: string
      readonly sessionName: string
    }
  /** Somebody whom an OIDC provider vouches for, on the way to a role. */
  | {
      readonly kind: 'webIdentity'
      /** The issuer URL without its scheme. */
      readonly provider: string
      /** `sub` of the token: with the provider, who it is. */
      readonly subject: string
      /** `aud` of the token. */
      readonly audience: string
    }

export function principalArn(principal: Principal, realm: Realm): string {
  switch (principal.kind) {
    case 'root':
      return rootArn(realm)
    case 'user':
      return userArn(realm, principal.userName, principal.path)
    case 'assumedRole':
      return assumedRoleArn(realm, principal.roleName, principal.sessionName)
    case 'webIdentity':
      return oidcProviderArn(realm, principal.provider)
  }
}

/** The `UserId` of GetCallerIdentity: the account for root, `AIDA…` for a user, `AROA…:session` for a role session. */
export function principalId(principal: Principal, realm: Realm): string {
  switch (principal.kind) {
    case 'root':
      return realm.accountId
    case 'user':
      return principal.userId
    case 'assumedRole':
      return `${principal.roleId}:${principal.sessionName}`
    case 'webIdentity':
      return `${principal.provider}:${principal.audience}:${principal.subject}`
  }
}

/** What people call the principal, in the trail's user column. */
export function principalName(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return 'root'
    case 'user':
      return principal.userName
    case 'assumedRole':
      return principal.sessionName
    case 'webIdentity':
      return principal.subject
  }
}

/** IAM user names: 1 to 64 of `[\w+=,.@-]` (IAM User Guide, "IAM and AWS STS quotas"). */
export const USER_NAME_PATTERN = /^[A-Za-z0-9_+=,.@-]+$/
