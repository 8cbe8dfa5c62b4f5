import { principalId } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { Caller } from './caller.ts'

/**
 * Whose a terminal is: unique, and never another's. The name of a role's session is not enough: whoever may assume the role types it, and of
 * who comes from a provider it is what they are called there, which many providers let people choose. So it is the person whom the
 * provider vouched for, else this one session. It begins with the principal's id, and a blank where more follows.
 */
export function personIdOf(
  { principal, session, accessKeyId }: Pick<Caller, 'principal' | 'session' | 'accessKeyId'>,
  realm: Realm,
): string {
  const id = principalId(principal, realm)
  if (principal.kind !== 'assumedRole') return id
  const vouched = session?.webIdentity
  return vouched === undefined
    ? `${id} ${accessKeyId}`
    : `${id} ${vouched.provider} ${vouched.subject}`
}
