import { roleArn, userArn } from '@fleetkey/domain/arn'
import type { Instance } from '@fleetkey/domain/instance'
import { principalId, type Principal } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { Origin, Resource } from './operation.ts'

// Condition keys, all of them what the server knows (IAM User Guide, reference_policies_condition-keys).

type Keys = readonly (readonly [string, ContextValue])[]

export function principalKeys(principal: Principal, realm: Realm): Keys {
  const userId = ['aws:userid', principalId(principal, realm)] as const
  const account = ['aws:PrincipalAccount', realm.accountId] as const
  switch (principal.kind) {
    case 'root':
      return [userId, account, ['aws:PrincipalType', 'Account']]
    case 'user':
      return [
        userId,
        account,
        ['aws:PrincipalType', 'User'],
        ['aws:PrincipalArn', userArn(realm, principal.userName, principal.path)],
        ['aws:username', principal.userName],
      ]
    // The role, not the session, so that a policy can name it.
    case 'assumedRole':
      return [
        userId,
        account,
        ['aws:PrincipalType', 'AssumedRole'],
        ['aws:PrincipalArn', roleArn(realm, principal.roleName, principal.path)],
      ]
    case 'webIdentity':
      return [['aws:PrincipalType', 'FederatedUser']]
  }
}

export function resourceKeys(
  resource: Pick<Resource, 'tags' | 'context'> & {
    readonly arn?: string
    readonly instance?: Pick<Instance, 'tags'>
  },
  realm: Realm,
): Keys {
  const { arn = '', instance, tags = {}, context = {} } = resource
  const service = arn.startsWith(`arn:${realm.partition}:ec2:`) ? 'ec2' : 'iam'
  return [
    ...Object.entries(context),
    ['aws:ResourceAccount', realm.accountId],
    ...Object.entries(instance?.tags ?? {}).flatMap(([key, value]): Keys => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
    ...Object.entries(tags).flatMap(([key, value]): Keys => [
      [`aws:ResourceTag/${key}`, value],
      [`${service}:ResourceTag/${key}`, value],
    ]),
  ]
}

/** How and when a request came. */
export interface Moment {
  readonly origin: Origin
  readonly secureTransport: boolean
  /** Milliseconds since 1970. */
  readonly now: number
  /** When the session's second factor was shown, if it was. */
  readonly mfaAt: number | undefined
}

export function momentKeys({ origin, secureTransport, now, mfaAt }: Moment): Keys {
  return [
    ['aws:SourceIp', origin.sourceAddress],
    ['aws:UserAgent', origin.userAgent],
    ['aws:SecureTransport', String(secureTransport)],
    ['aws:CurrentTime', new Date(now).toISOString()],
    ['aws:EpochTime', String(Math.floor(now / 1000))],
    ...(mfaAt === undefined
      ? []
      : [['aws:MultiFactorAuthAge', String(Math.floor((now - mfaAt) / 1000))] as const]),
  ]
}

/** The same for every request here. */
export function placeKeys(realm: Realm): Keys {
  return [
    ['aws:RequestedRegion', realm.region],
    ['aws:ViaAWSService', 'false'],
  ]
}
