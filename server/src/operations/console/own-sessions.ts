import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { SessionRow } from '../../store/credential-store.ts'
import type { Call } from '../operation.ts'

/**
 * The temporary credentials that are the caller's own, newest first: of a user all; of a role, which many may have, those of the same
 * person as its provider says, or else this one alone. Throws Validation for root, whose sessions end with its keys.
 */
export async function ownSessions(call: Call): Promise<readonly SessionRow[]> {
  const { principal, accessKeyId, session } = call.caller
  switch (principal.kind) {
    case 'user':
      return await call.store.identities.sessions.list(principal.userId, call.now())
    case 'assumedRole': {
      const all = await call.store.identities.sessions.list(principal.roleId, call.now())
      return all.filter((row) => row.accessKeyId === accessKeyId || isSamePerson(row, session))
    }
    case 'root':
    case 'webIdentity':
      throw validationFailure('Only users, and whoever has a role, have sessions of their own.')
  }
}

function isSamePerson({ limits }: SessionRow, session: Call['caller']['session']): boolean {
  const [mine, other] = [session?.webIdentity, limits.webIdentity]
  return mine !== undefined && mine.provider === other?.provider && mine.subject === other.subject
}
