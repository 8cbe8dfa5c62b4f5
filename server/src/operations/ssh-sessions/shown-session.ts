import type { Instance } from '@fleetkey/domain/instance'
import { UNEXPLAINED_CAUSES } from '@fleetkey/domain/ssh-session'
import type { Presence } from '../../agents/presence.ts'
import type { SshSessionRow } from '../../store/ssh-session-store.ts'

/**
 * `active`, `ended`, or `unknown`: it had not ended when its agent was last heard. An agent that is gone says nothing of ends, and nothing is
 * made up for it.
 */
export function shownSession(
  session: SshSessionRow,
  { instance, presence }: { readonly instance: Instance | undefined; readonly presence: Presence },
) {
  const { grant, unexplained, end, address, port, uid, fingerprint } = session
  return {
    SessionId: session.sessionId,
    InstanceId: session.instanceId,
    InstanceName: instance?.tags['Name'],
    InstanceOSUser: session.osUser,
    UserId: uid,
    ...stateOf(session, { isKnown: instance !== undefined, presence }),
    StartedAt: new Date(session.startedAt),
    EndedAt: end && new Date(end.at),
    EndedNotBefore: end?.notBefore === undefined ? undefined : new Date(end.notBefore),
    Ending: end?.kind,
    Method: session.method,
    SeenBy: session.seenBy,
    Fingerprint: fingerprint,
    SourceAddress: address,
    SourcePort: port,
    ProcessId: session.pid,
    RequestId: grant?.requestId,
    PrincipalArn: grant?.principalArn,
    UserName: grant?.userName,
    Explained: grant !== undefined ? 'grant' : unexplained !== undefined ? 'no' : 'unknown',
    UnexplainedBecause: unexplained && UNEXPLAINED_CAUSES[unexplained],
    /** Whether the trail has its login: it does not where the host told of more than is recorded of one host. */
    Recorded: session.isUnrecorded === undefined,
  }
}

function stateOf(
  { end, instanceId }: SshSessionRow,
  { isKnown, presence }: { readonly isKnown: boolean; readonly presence: Presence },
) {
  if (end !== undefined) return { State: 'ended' }
  const link = presence.stateOf(instanceId)
  if (isKnown && link.kind === 'connected') return { State: 'active' }
  const since = link.kind === 'lost' ? link.since : undefined
  return { State: 'unknown', UnknownSince: since === undefined ? undefined : new Date(since) }
}
