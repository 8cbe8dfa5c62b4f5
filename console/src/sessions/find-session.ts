import { aroundThatTime, bySamePush } from './by-same-push.ts'
import { readSessions } from './read-sessions.ts'
import type { SshSession } from './ssh-session.ts'

/** The SSH session that a terminal is. Undefined when the host has not told of it, or one may not see it. */
export function findSession(
  of: {
    readonly instanceId: string
    /** Of the push. */
    readonly requestId: string | undefined
    /** Seconds since 1970. */
    readonly startedAt: number
  },
  signal: AbortSignal,
  read: typeof readSessions = readSessions,
): Promise<SshSession | undefined> {
  const list = async () => (await read(aroundThatTime(of), { signal, wanted: 200 })).sessions
  return bySamePush(of.requestId, list, ({ requestId }) => requestId)
}

/** Its page. */
export const sessionPage = ({ sessionId, state }: SshSession): string =>
  `/sessions?${new URLSearchParams({ ...(state === 'ended' && { state }), session: sessionId }).toString()}`
