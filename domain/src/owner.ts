import type { UserIdentity } from './trail-event.ts'

/**
 * Whose own is what this identity makes: a push, a login by it, a terminal, a recording. The one rule for all of these; owners are compared as
 * a whole, and none comes again for somebody else. Undefined where it cannot be known: then it is nobody's own.
 *
 * Root and users are their unique ids. Of a role many have, the name of a session says nothing: whoever may assume the role types it, and of who
 * comes from a provider it is what they are called there, which many providers let people choose. So it is the role and the person for whom a
 * provider vouched, by issuer and subject, whatever session of it they have; else the role and this one session, by its access key.
 * The role belongs to it: what a lesser role may do never reaches what was begun with a greater one.
 */
export function ownerOf(identity: UserIdentity): string | undefined {
  switch (identity.type) {
    case 'Root':
    case 'IAMUser':
      return identity.principalId
    case 'AssumedRole': {
      const [roleId = ''] = identity.principalId.split(':', 1)
      const { federatedProvider, attributes } = identity.sessionContext?.webIdFederationData ?? {}
      const provider = federatedProvider ?? ''
      const subject = attributes?.['sub'] ?? ''
      // No blank is in ids and ARNs, so that no subject, which may have some, makes another owner of it.
      if (provider !== '' && subject !== '') return `${roleId} ${provider} ${subject}`
      const { accessKeyId = '' } = identity
      return accessKeyId === '' ? undefined : `${roleId} ${accessKeyId}`
    }
    case 'WebIdentityUser':
    case 'AWSService':
    case 'Unknown':
      return undefined
  }
}

/**
 * Who an owner is, whatever role they have: what ends somebody's access ends it in every role, and nothing is ever opened by it. Of who has a
 * role for this one session, it is that session.
 */
export function personOf(owner: string): string {
  const blank = owner.indexOf(' ')
  return blank < 0 ? owner : owner.slice(blank + 1)
}
