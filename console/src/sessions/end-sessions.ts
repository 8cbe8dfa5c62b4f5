import { call } from '../api/call.ts'

/** What became of one that was to be ended. */
export interface EndResult {
  readonly sessionId: string
  /** Undefined where there is no such session. */
  readonly instanceId: string | undefined
  /** `ended`, or why it may go on. */
  readonly result: string
  readonly says: string
}

interface Answer {
  readonly Sessions: readonly {
    readonly SessionId: string
    readonly InstanceId?: string
    readonly Result: string
    readonly Says?: string
  }[]
}

/** EndSSHSessions takes no more at once. */
const MAX_AT_ONCE = 500

/** All of a call or none may be ended; each has a result of its own. */
export async function endSessions(
  sessionIds: readonly string[],
  ask: (input: object) => Promise<Answer> = askServer,
): Promise<readonly EndResult[]> {
  const results: EndResult[] = []
  for (let at = 0; at < sessionIds.length; at += MAX_AT_ONCE) {
    // oxlint-disable-next-line no-await-in-loop -- what the first is refused the next would be as well
    const { Sessions } = await ask({ SessionIds: sessionIds.slice(at, at + MAX_AT_ONCE) })
    for (const { SessionId, InstanceId, Result, Says = '' } of Sessions)
      results.push({ sessionId: SessionId, instanceId: InstanceId, result: Result, says: Says })
  }
  return results
}

const askServer = (input: object) => call<Answer>('fleetkey', 'EndSSHSessions', input)
