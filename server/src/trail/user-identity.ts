import { oidcProviderArn, roleArn } from '@fleetkey/domain/arn'
import { principalArn, principalId, type Principal } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { SessionContext, UserIdentity } from '@fleetkey/domain/trail-event'

/** What the trail wants of a caller. */
export interface IdentifiedCaller {
  readonly principal: Principal
  /** Empty when the proof was no signature. */
  readonly accessKeyId: string
  readonly session:
    | {
        readonly issuedAt: number
        readonly mfaAt: number | undefined
        readonly sourceIdentity: string | undefined
        readonly webIdentity:
          | {
              readonly provider: string
              readonly subject: string
              readonly audience: string
              readonly displayName?: string
            }
          | undefined
      }
    | undefined
  /** Of who came with the token of an OIDC provider. */
  readonly webIdentity?: { readonly displayName: string | undefined }
}

/** CloudTrail's `userIdentity` (CloudTrail User Guide, "CloudTrail userIdentity element"). */
export function userIdentity(caller: IdentifiedCaller, realm: Realm): UserIdentity {
  const { principal, accessKeyId } = caller
  const displayName = caller.webIdentity?.displayName
  const common = {
    principalId: principalId(principal, realm),
    arn: principalArn(principal, realm),
    accountId: realm.accountId,
    ...(accessKeyId === '' ? {} : { accessKeyId }),
  }
  const sessionContext = sessionContextOf(caller, realm)
  const session = sessionContext === undefined ? {} : { sessionContext }
  switch (principal.kind) {
    case 'root':
      return { type: 'Root', ...common, ...session }
    case 'user':
      return { type: 'IAMUser', ...common, userName: principal.userName, ...session }
    case 'assumedRole':
      return { type: 'AssumedRole', ...common, ...session }
    case 'webIdentity':
      return {
        type: 'WebIdentityUser',
        principalId: common.principalId,
        userName: principal.subject,
        identityProvider: common.arn,
        ...(displayName === undefined ? {} : { displayName }),
      }
  }
}

function sessionContextOf(
  { principal, session }: IdentifiedCaller,
  realm: Realm,
): SessionContext | undefined {
  if (session === undefined) return undefined
  const { issuedAt, mfaAt, sourceIdentity, webIdentity } = session
  return {
    ...(principal.kind !== 'assumedRole'
      ? {}
      : {
          sessionIssuer: {
            type: 'Role',
            principalId: principal.roleId,
            arn: roleArn(realm, principal.roleName, principal.path),
            accountId: realm.accountId,
            userName: principal.roleName,
          },
        }),
    ...(webIdentity === undefined
      ? {}
      : {
          webIdFederationData: {
            federatedProvider: oidcProviderArn(realm, webIdentity.provider),
            attributes: {
              sub: webIdentity.subject,
              aud: webIdentity.audience,
              ...(webIdentity.displayName === undefined ? {} : { name: webIdentity.displayName }),
            },
          },
        }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    attributes: {
      creationDate: `${new Date(issuedAt).toISOString().slice(0, 19)}Z`,
      mfaAuthenticated: String(mfaAt !== undefined),
    },
  }
}
