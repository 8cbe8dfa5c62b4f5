import { ownerOf } from '@fleetkey/domain/owner'
import type { UserIdentity } from '@fleetkey/domain/trail-event'

/** Whose a terminal is. Throws a TypeError where nobody knows, which of who has a session of a browser is never so: it has a key. */
export function terminalOwner(identity: UserIdentity): string {
  const owner = ownerOf(identity)
  if (owner === undefined) throw new TypeError('it is not known whose the terminal would be')
  return owner
}
