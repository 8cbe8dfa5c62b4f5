import { plainOutput } from '@fleetkey/wire/aws/json-output'
import type { Told } from '@fleetkey/wire/live/server-message'
import type { Instance } from '@fleetkey/domain/instance'
import type { FleetNews } from '../../live/fleet-news.ts'
import { stateSource } from '../../live/live-source.ts'
import type { SshSessionRow } from '../../store/ssh-session-store.ts'
import type { World } from '../operation.ts'
import { listAll } from '../ssh-sessions/list-all.ts'
import { LIST_SESSIONS } from '../ssh-sessions/list-ssh-sessions.ts'
import { sessionResource } from '../ssh-sessions/session-resource.ts'
import { shownSession } from '../ssh-sessions/shown-session.ts'
import { liveTopic } from './live-topic.ts'

interface Read {
  readonly session: SshSessionRow
  readonly instance: Instance | undefined
  readonly shown: Told
}

/** Of each session whoever may list it: those of some instances only, or their own. */
export function sessionsTopic(world: Pick<World, 'store' | 'presence'>, news: FleetNews) {
  const { store, presence } = world
  return liveTopic<readonly Read[]>({
    source: stateSource('sessions', news, async (sessionIds) => {
      const rows = await Array.fromAsync(listAll(store.sshSessions, { sessionIds }))
      return await Promise.all(
        rows.map(async (session) => {
          const instance = await store.instances.get(session.instanceId)
          const shown = plainOutput(shownSession(session, { instance, presence }))
          return { session, instance, shown }
        }),
      )
    }),
    action: LIST_SESSIONS,
    isFor: (asker) => asker.isAllowed([LIST_SESSIONS], { arn: '*', isOwn: true }, {}),
    show(read, asker) {
      const changed = read.filter(({ session, instance }) =>
        asker.isAllowed([LIST_SESSIONS], sessionResource(session, instance, asker), {}),
      )
      if (changed.length === 0) return undefined
      return { type: 'sessions', changed: changed.map(({ shown }) => shown) }
    },
  })
}
