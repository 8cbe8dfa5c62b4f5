import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import type { SshSessionStore } from '../store/ssh-session-store.ts'
import type { TrailStore } from '../store/store.ts'
import type { TerminalFacts } from './terminal-facts.ts'

/** Between the decision to end a session and its end, in milliseconds. */
const LATELY = 60_000
const MAX_RECORDS = 200
/** How it looks from here when an agent ends a session on its host: by what it hits first. */
const FROM_OUTSIDE: readonly TerminalEnd['cause'][] = ['signalled', 'host-closed', 'host-lost']

/**
 * A shell that was ended on its host looks the same from here whoever had it ended. The trail knows: a withdrawn right is on record under the push,
 * and who ended it by hand under the session.
 */
export function createWhyEnded(parts: {
  readonly store: {
    readonly trail: Pick<TrailStore, 'lookup'>
    readonly sshSessions: Pick<SshSessionStore, 'list'>
  }
  readonly now: () => number
}): (facts: TerminalFacts, end: TerminalEnd) => Promise<TerminalEnd> {
  const { store, now } = parts
  return async (facts, end) => {
    if (!FROM_OUTSIDE.includes(end.cause)) return end
    const { instanceId, grantRequestId, owner } = facts
    const ends = await store.trail.lookup({
      resource: instanceId,
      eventName: 'EndSSHSessions',
      from: now() - LATELY,
      limit: MAX_RECORDS,
    })
    const events = ends.map(({ record }) => JSON.parse(record) as TrailEvent)
    if (events.some(({ requestID }) => requestID === grantRequestId)) return withdrawn(facts)
    if (events.length === 0) return end
    const sessions = await store.sshSessions.list({ instanceId, owner, limit: 50 })
    const own = sessions.find(({ grant }) => grant?.requestId === grantRequestId)?.sessionId
    const by = events.find(({ requestParameters, errorCode }) => {
      if (errorCode !== undefined || requestParameters?.['dryRun'] === true) return false
      const named = requestParameters?.['sessionIds']
      return named === undefined || (Array.isArray(named) && named.includes(own))
    })
    if (own === undefined || by === undefined) return end
    const name = 'userName' in by.userIdentity ? by.userIdentity.userName : undefined
    return {
      cause: 'ended-by-other',
      says: `The session was ended${name === undefined ? '' : ` by ${name}`}.`,
    }
  }
}

const withdrawn = ({ instanceId, osUser }: TerminalFacts): TerminalEnd => ({
  cause: 'right-withdrawn',
  says: 'The right to push a key for this account was withdrawn, and the session ended with it.',
  mend: `See what you may do: fleetkey can ${instanceId} --os-user ${osUser}`,
})
