import type { CallerSession } from '../../operations/caller.ts'
import type { Store } from '../../store/store.ts'
import type { SessionUses } from './session-uses.ts'

/**
 * Which of the sessions that pages came in with are still good, by their access key ids. One question for all of them: whoever ends a session or
 * changes a policy, again and again, does not have everybody's rights read each time.
 */
export type StandingSessions = (
  sessions: ReadonlyMap<string, CallerSession>,
) => Promise<ReadonlySet<string>>

export function createStandingSessions(parts: {
  readonly sessions: Pick<Store['identities']['sessions'], 'standing'>
  readonly uses: Pick<SessionUses, 'isIdle'>
  readonly now: () => number
}): StandingSessions {
  const { sessions: stored, uses, now } = parts
  return async (sessions) => {
    const good = new Set<string>()
    for (const accessKeyId of await stored.standing([...sessions.keys()])) {
      const session = sessions.get(accessKeyId)
      if (session === undefined || session.expiresAt <= now()) continue
      // oxlint-disable-next-line no-await-in-loop -- known at once, but of those that seem idle
      if (!(await uses.isIdle(accessKeyId, session))) good.add(accessKeyId)
    }
    return good
  }
}
