/** One of `Sessions` of ListSSHSessions. Times are seconds since 1970. */
export interface SessionAnswer {
  readonly SessionId: string
  readonly InstanceId: string
  readonly InstanceName?: string
  readonly InstanceOSUser: string
  readonly State: string
  readonly UnknownSince?: number
  readonly StartedAt: number
  readonly EndedAt?: number
  readonly EndedNotBefore?: number
  readonly Ending?: string
  readonly Method: string
  readonly SeenBy?: string
  readonly Fingerprint?: string
  readonly SourceAddress?: string
  readonly SourcePort?: number
  readonly ProcessId?: number
  readonly RequestId?: string
  readonly PrincipalArn?: string
  readonly UserName?: string
  readonly Explained: string
  readonly UnexplainedBecause?: string
  readonly Recorded?: boolean
}

/** A login to a host and what followed. */
export interface SshSession {
  readonly sessionId: string
  readonly instanceId: string
  readonly instanceName: string | undefined
  readonly osUser: string
  /** `unknown`: its agent is gone, which says nothing of ends. */
  readonly state: 'active' | 'unknown' | 'ended'
  /** Of `unknown`. */
  readonly unknownSince: number | undefined
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly endedNotBefore: number | undefined
  readonly ending: string | undefined
  readonly method: string
  readonly fingerprint: string | undefined
  readonly sourceAddress: string | undefined
  /** Of the push that explains it. */
  readonly requestId: string | undefined
  readonly principalArn: string | undefined
  /** Who pushed the key. */
  readonly who: string | undefined
  /** `no`: by no grant. `unknown`: the host could not tell. */
  readonly explained: 'grant' | 'no' | 'unknown'
  readonly unexplainedBecause: string | undefined
  /** Whether the trail has its login: its host may have told of more than is recorded of one. */
  readonly isRecorded: boolean
}

export function readSession(answer: SessionAnswer): SshSession {
  const { State: state, Explained: explained } = answer
  return {
    sessionId: answer.SessionId,
    instanceId: answer.InstanceId,
    instanceName: answer.InstanceName,
    osUser: answer.InstanceOSUser,
    state: state === 'active' || state === 'ended' ? state : 'unknown',
    unknownSince: answer.UnknownSince,
    startedAt: answer.StartedAt,
    endedAt: answer.EndedAt,
    endedNotBefore: answer.EndedNotBefore,
    ending: answer.Ending,
    method: answer.Method,
    fingerprint: answer.Fingerprint,
    sourceAddress: answer.SourceAddress,
    requestId: answer.RequestId,
    principalArn: answer.PrincipalArn,
    who: answer.UserName,
    explained: explained === 'grant' || explained === 'no' ? explained : 'unknown',
    unexplainedBecause: answer.UnexplainedBecause,
    isRecorded: answer.Recorded !== false,
  }
}

/** Which one it is. Its id is its host's word: another may have given one of its own the same, which must not put it out of sight. */
export const keyOfSession = ({ instanceId, sessionId }: SshSession): string =>
  `${instanceId} ${sessionId}`

/** What the live feed told, on what is known: as they are now, in the order in which they began, the last first. */
export function withSessions(
  known: readonly SshSession[],
  told: readonly SshSession[],
): readonly SshSession[] {
  const byKey = new Map([...known, ...told].map((session) => [keyOfSession(session), session]))
  return [...byKey.values()].toSorted(
    (a, b) => b.startedAt - a.startedAt || (a.sessionId < b.sessionId ? 1 : -1),
  )
}

/** Those that a list of open ones, or of ended ones, has. */
export const sessionsThatAre = (
  state: 'active' | 'ended',
  sessions: readonly SshSession[],
): readonly SshSession[] =>
  sessions.filter((session) => (session.state === 'ended') === (state === 'ended'))

/** Until now where it lasts: `42 s`, `3 min`, `2 h 05 min`, `4 d 1 h`. */
export function durationOf({ startedAt, endedAt }: SshSession, now: number): string {
  const seconds = Math.max(0, Math.round((endedAt ?? now / 1000) - startedAt))
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ]
  if (minutes === 0) return `${seconds} s`
  if (hours === 0) return `${minutes} min`
  if (days === 0) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
  return `${days} d ${hours % 24} h`
}
