import type { SshSessionRow } from '../../store/ssh-session-store.ts'
import type { Asker } from '../operation.ts'
import { listAll } from './list-all.ts'
import type { SessionResources } from './session-resource.ts'

/**
 * The sessions of these ids. A host may tell of any id, also of another's session: of several that have one id those are meant for which the
 * caller is allowed the action, if there are any, so that no host comes between people and their own sessions.
 */
export async function namedSessions(
  sessionIds: readonly string[],
  by: {
    readonly action: string
    readonly asker: Asker
    readonly resources: SessionResources
  },
): Promise<readonly SshSessionRow[]> {
  const { action, asker, resources } = by
  const found = await Array.fromAsync(listAll(asker.store.sshSessions, { sessionIds }))
  const named = [...Map.groupBy(found, ({ sessionId }) => sessionId).values()].map(
    async (ofOneId) => {
      if (ofOneId.length === 1) return ofOneId
      const asked = await Promise.all(ofOneId.map((session) => resources.of(session)))
      const allowed = ofOneId.filter((_, at) => {
        const resource = asked[at]
        return resource !== undefined && asker.isAllowed([action], resource, {})
      })
      return allowed.length === 0 ? ofOneId : allowed
    },
  )
  return (await Promise.all(named)).flat()
}
