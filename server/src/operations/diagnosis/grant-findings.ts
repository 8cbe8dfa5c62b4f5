import type { Finding } from '@fleetkey/domain/finding'
import { isLoginCause, LOGIN_CAUSES, mendFor } from '@fleetkey/domain/login-cause'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import type { TrailStore } from '../../store/store.ts'
import type { World } from '../operation.ts'
import { found } from './found.ts'

const CHECK = 'grants'
const LAST_MS = 3600 * 1000
const MAX_SHOWN = 3
/** Of one host in an hour; those of other users are among them. */
const MAX_READ = 100

/** Why the host refused logins with pushed keys lately, as it told then: each reason once, with the time of the last such login. */
export async function findRefusedGrants(
  { instanceId, osUser }: { readonly instanceId: string; readonly osUser: string | undefined },
  {
    store,
    now,
  }: { readonly store: { readonly trail: Pick<TrailStore, 'lookup'> } } & Pick<World, 'now'>,
): Promise<readonly Finding[]> {
  const entries = await store.trail.lookup({
    eventName: 'KeyRefused',
    resource: instanceId,
    from: now() - LAST_MS,
    limit: MAX_READ,
  })
  const told = new Map<string, Finding>()
  for (const { record } of entries) {
    // One that we wrote; the latest comes first.
    const finding = describe(JSON.parse(record) as TrailEvent, { instanceId, osUser })
    if (finding !== undefined && !told.has(finding.reason)) told.set(finding.reason, finding.found)
  }
  return [...told.values()].slice(0, MAX_SHOWN)
}

function describe(
  { eventTime, additionalEventData }: TrailEvent,
  asked: { readonly instanceId: string; readonly osUser: string | undefined },
) {
  const { osUser, cause, says } = additionalEventData
  if (typeof osUser !== 'string' || !isLoginCause(cause)) return undefined
  if (asked.osUser !== undefined && osUser !== asked.osUser) return undefined
  const why = typeof says === 'string' ? says : LOGIN_CAUSES[cause].says
  const mend = { says: mendFor(cause, { ...asked, osUser }) }
  const text = `At ${eventTime} a login as ${osUser} was refused: ${why}`
  return { reason: `${osUser} ${why}`, found: found(CHECK, 'note', text, { cause, mend }) }
}
