import type { Store } from '../store/store.ts'
import type { FleetNews } from './fleet-news.ts'

type Told = 'instances' | 'joinTokens' | 'pendingInstances' | 'securityGroups' | 'sshSessions'

/**
 * The same store, that tells which instances and sessions it changed. Whatever changes them does it here, so that nobody who does needs to
 * think of who watches.
 */
export function tellingStore(store: Store, news: Pick<FleetNews, 'changed'>): Store {
  const { instances, joinTokens, pendingInstances, securityGroups, sshSessions } = store
  const instance = (id: string) => news.changed('instances', id)
  const session = (id: string) => news.changed('sessions', id)

  const telling: Pick<Store, Told> = {
    instances: over(instances, {
      saveFacts: (id, facts) => told(instances.saveFacts(id, facts), () => instance(id)),
      changeTags: (id, change) => told(instances.changeTags(id, change), () => instance(id)),
      forget: (id) => told(instances.forget(id), () => instance(id)),
    }),
    joinTokens: over(joinTokens, {
      redeem: (redemption) =>
        told(joinTokens.redeem(redemption), () => instance(redemption.instanceId)),
    }),
    pendingInstances: over(pendingInstances, {
      create: (rows, options) =>
        told(pendingInstances.create(rows, options), () => {
          for (const { instanceId } of rows) instance(instanceId)
        }),
      changeTags: (id, change) => told(pendingInstances.changeTags(id, change), () => instance(id)),
      remove: (id) => told(pendingInstances.remove(id), () => instance(id)),
      prune: (now) =>
        told(pendingInstances.prune(now), (rows) => {
          for (const { instanceId } of rows) instance(instanceId)
        }),
    }),
    securityGroups: over(securityGroups, {
      attach: (id, groupIds) => told(securityGroups.attach(id, groupIds), () => instance(id)),
    }),
    sshSessions: over(sshSessions, {
      start: (row) => told(sshSessions.start(row), () => session(row.sessionId)),
      markUnexplained: (of, cause) =>
        told(sshSessions.markUnexplained(of, cause), () => session(of.sessionId)),
      end: (of, end) => told(sshSessions.end(of, end), () => session(of.sessionId)),
    }),
  }
  return { ...store, ...telling }
}

/** What is not told stays the family's own, as it is when it is asked. */
function over<Family extends object>(family: Family, telling: Partial<Family>): Family {
  return Object.assign(Object.create(family) as Family, telling)
}

async function told<Result>(
  written: Promise<Result>,
  tell: (result: Result) => void,
): Promise<Result> {
  const result = await written
  tell(result)
  return result
}
