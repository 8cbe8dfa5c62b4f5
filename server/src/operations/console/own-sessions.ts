import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { SessionRow } from '../../store/credential-store.ts'
import type { Call } from '../operation.ts'

/**
 * The temporary credentials that are the caller's own, newest first: of a user all; of whom a provider vouched for, those of all roles that
 * they have, since whoever signs out means to be gone; of a role otherwise, which many may have, this one alone. Throws Validation for root,
 * whose sessions end with its keys.
 */
export async function ownSessions(call: Call): Promise<readonly SessionRow[]> {
  const { principal, session, accessKeyId } = call.caller
  const { identities } = call.store
  switch (principal.kind) {
    case 'user':
      return await identities.sessions.list(principal.userId, call.now())
    case 'assumedRole': {
      if (session?.webIdentity !== undefined) {
        return await identities.sessions.listOfPerson(session.webIdentity, call.now())
      }
      const credential = await identities.credential(accessKeyId)
      return credential?.kind === 'session' ? [credential.session] : []
    }
    case 'root':
    case 'webIdentity':
      throw validationFailure('Only users, and whoever has a role, have sessions of their own.')
  }
}
