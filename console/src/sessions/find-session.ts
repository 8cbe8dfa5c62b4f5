import { ApiRefusal } from '../api/api-refusal.ts'
import { readSessions } from './read-sessions.ts'
import type { SshSession } from './ssh-session.ts'

/** A login comes some seconds after the push that its terminal begins with. */
const AFTER_SECONDS = 120

/** The SSH session that a terminal is: by the same push. Undefined when the host has not told of it, or one may not see it. */
export async function findSession(
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
  const { instanceId, requestId, startedAt } = of
  if (requestId === undefined) return undefined
  const asked = {
    InstanceId: instanceId,
    // Whose clock is a little behind.
    StartTime: startedAt - AFTER_SECONDS,
    EndTime: startedAt + AFTER_SECONDS,
  }
  try {
    const { sessions } = await read(asked, { signal, wanted: 200 })
    return sessions.find((session) => session.requestId === requestId)
  } catch (error) {
    if (error instanceof ApiRefusal) return undefined
    throw error
  }
}

/** Its page. */
export const sessionPage = ({ sessionId, state }: SshSession): string =>
  `/sessions?${new URLSearchParams({ ...(state === 'ended' && { state }), session: sessionId }).toString()}`
