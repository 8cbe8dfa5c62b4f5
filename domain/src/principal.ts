import { rootArn, userArn } from './arn.ts'
import type { Realm } from './realm.ts'

/** Who asks. `userId` is immutable and never reused: a user deleted and made again is another principal. */
export type Principal =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly userId: string; readonly userName: string }

export function principalArn(principal: Principal, realm: Realm): string {
  switch (principal.kind) {
    case 'root':
      return rootArn(realm)
    case 'user':
      return userArn(realm, principal.userName)
  }
}

/** The `UserId` of GetCallerIdentity: the account for root, `AIDA…` for a user. */
export function principalId(principal: Principal, realm: Realm): string {
  switch (principal.kind) {
    case 'root':
      return realm.accountId
    case 'user':
      return principal.userId
  }
}

/** IAM user names: 1 to 64 of `[\w+=,.@-]` (IAM User Guide, "IAM and AWS STS quotas"). */
export const USER_NAME_PATTERN = /^[A-Za-z0-9_+=,.@-]+$/
