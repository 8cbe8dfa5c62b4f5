import { requestIdOfGrant } from '@fleetkey/domain/grant'
import { ownerOf } from '@fleetkey/domain/owner'
import { END_ON_WITHDRAWAL_TAG } from '@fleetkey/domain/ssh-session'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import type { GrantOfSession } from '../store/ssh-session-store.ts'
import type { Store } from '../store/store.ts'

/** A login as a host tells it, with the grant that it says explains it. */
interface ToldLogin {
  readonly instanceId: string
  readonly osUser: string
  readonly fingerprint?: string
  readonly grantId?: string
}

/**
 * The push that a host says a login follows from, and who made it. Undefined unless the trail has a push of that key for that account of
 * that instance: a host cannot put its logins down to somebody who never pushed there.
 */
export async function findGrant(
  store: Pick<Store, 'trail' | 'identities'>,
  { instanceId, osUser, fingerprint, grantId }: ToldLogin,
): Promise<GrantOfSession | undefined> {
  const requestId = requestIdOfGrant(grantId)
  if (requestId === undefined) return undefined
  const found = await store.trail.lookup({ requestId, eventName: 'SendSSHPublicKey', limit: 2 })
  const push = found.find(({ resource, errorCode }) => resource === instanceId && errorCode === '')
  if (push === undefined) return undefined
  const { userIdentity, additionalEventData: facts } = JSON.parse(push.record) as TrailEvent
  if (facts['osUser'] !== osUser || facts['fingerprint'] !== fingerprint) return undefined
  if (!('arn' in userIdentity)) return undefined
  const { principalId, arn } = userIdentity
  // Of a role's session it is the role.
  const entity = await store.identities.entities.byId(principalId.replace(/:.*/, ''))
  const endsWithRight = entity?.tags[END_ON_WITHDRAWAL_TAG] === 'true'
  const owner = ownerOf(userIdentity)
  const { userName } = push
  return {
    requestId,
    principalId,
    principalArn: arn,
    userName,
    ...(owner === undefined ? {} : { owner }),
    endsWithRight,
  }
}
