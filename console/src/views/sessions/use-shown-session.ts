import type { ApiRefusal } from '../../api/api-refusal.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { readOneSession } from '../../sessions/read-sessions.ts'
import type { SshSession } from '../../sessions/ssh-session.ts'
import type { KnownSessions } from './use-sessions.ts'

/**
 * The session that the address of the page names: of the list or, where that is of others, or does not reach so far back, as the server answers.
 * @param sessionId empty where none is named
 */
export function useShownSession(
  sessionId: string,
  { sessions, isReading }: Pick<KnownSessions, 'sessions' | 'isReading'>,
): { readonly session: SshSession | undefined; readonly refusal: ApiRefusal | undefined } {
  const listed = sessions.find((session) => session.sessionId === sessionId)
  // While the first are read, it may come with them.
  const isElsewhere =
    listed === undefined && sessionId !== '' && (sessions.length > 0 || !isReading)
  const { value, refusal } = useAnswer(isElsewhere ? sessionId : '', (signal) =>
    isElsewhere ? readOneSession(sessionId, signal) : Promise.resolve(undefined),
  )
  return { session: listed ?? value, refusal: listed === undefined ? refusal : undefined }
}
