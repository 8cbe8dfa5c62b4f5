import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { ownerOf } from '@fleetkey/domain/owner'
import type { Principal } from '@fleetkey/domain/principal'
import type { SessionRow } from '../../store/credential-store.ts'
import { userIdentity } from '../../trail/user-identity.ts'
import { isOwn } from '../is-own.ts'
import type { Call } from '../operation.ts'

/**
 * The temporary credentials that are the caller's own, newest first: of a user all; of a role, which many may have, those of the same
 * person as its provider says, or else this one alone. Throws Validation for root, whose sessions end with its keys.
 */
export async function ownSessions(call: Call): Promise<readonly SessionRow[]> {
  const { principal } = call.caller
  switch (principal.kind) {
    case 'user':
      return await call.store.identities.sessions.list(principal.userId, call.now())
    case 'assumedRole': {
      const all = await call.store.identities.sessions.list(principal.roleId, call.now())
      return all.filter((row) => isOwn({ owner: ownerOfWhoHas(row, principal, call) }, call))
    }
    case 'root':
    case 'webIdentity':
      throw validationFailure('Only users, and whoever has a role, have sessions of their own.')
  }
}

function ownerOfWhoHas(
  { accessKeyId, issuedAt, limits }: SessionRow,
  principal: Principal,
  { realm }: Call,
): string | undefined {
  const { mfaAt, sourceIdentity, webIdentity } = limits
  const session = { issuedAt, mfaAt, sourceIdentity, webIdentity }
  return ownerOf(userIdentity({ principal, accessKeyId, session }, realm))
}
