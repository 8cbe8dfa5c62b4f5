import type { Finding } from '@fleetkey/domain/finding'
import { isLoginCause, LOGIN_CAUSES } from '@fleetkey/domain/login-cause'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import type { World } from '../operation.ts'
import { found } from './found.ts'

const CHECK = 'grants'
const LAST_MS = 3600 * 1000
const MAX_SHOWN = 3
/** Of one host in an hour; those of other users are among them. */
const MAX_READ = 100

/** Why the host refused logins with pushed keys lately, as it told then. */
export async function findRefusedGrants(
  { instanceId, osUser }: { readonly instanceId: string; readonly osUser: string | undefined },
  { store, now }: Pick<World, 'store' | 'now'>,
): Promise<readonly Finding[]> {
  const entries = await store.trail.lookup({
    eventName: 'KeyRefused',
    resource: instanceId,
    from: now() - LAST_MS,
    limit: MAX_READ,
  })
  return entries
    .map(({ record }) => JSON.parse(record) as TrailEvent) // one that we wrote
    .flatMap((event) => describe(event, osUser))
    .slice(0, MAX_SHOWN)
}

function describe({ eventTime, additionalEventData }: TrailEvent, wanted: string | undefined) {
  const { osUser, cause, says } = additionalEventData
  if (typeof osUser !== 'string' || !isLoginCause(cause)) return []
  if (wanted !== undefined && osUser !== wanted) return []
  const why = typeof says === 'string' ? says : LOGIN_CAUSES[cause].says
  return [
    found(CHECK, 'note', `At ${eventTime} a login as ${osUser} was refused: ${why}`, {
      cause,
      mend: { says: LOGIN_CAUSES[cause].mend },
    }),
  ]
}
