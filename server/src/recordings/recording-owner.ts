import type { UserIdentity } from '@fleetkey/domain/trail-event'

/**
 * The person whose own a recording is. Undefined for a session of a role that no provider vouched for: its name is the choice of whoever assumes
 * the role, so that anybody who may could take somebody else's.
 */
export function recordingOwner(identity: UserIdentity): string | undefined {
  switch (identity.type) {
    case 'Root':
    case 'IAMUser':
      return identity.principalId
    case 'AssumedRole': {
      const { federatedProvider, attributes } = identity.sessionContext?.webIdFederationData ?? {}
      const subject = attributes?.['sub']
      if (federatedProvider === undefined || subject === undefined) return undefined
      return `${federatedProvider} ${subject}`
    }
    case 'WebIdentityUser':
    case 'AWSService':
    case 'Unknown':
      return undefined
  }
}
