import { ApiRefusal } from './api-refusal.ts'
import { askOperation } from './ask-operation.ts'
import {
  csrfToken,
  forgetSession,
  keepSession,
  onSessionChange,
  sessionStanding,
  type ToldSession,
} from './console-session.ts'

/**
 * What may be done twice, such as a read, or goes on where it was, such as a transfer: where the session ends meanwhile it waits until the person
 * has signed in again, and is done anew. Throws what `ask` throws otherwise, or the signal's reason.
 */
export async function acrossSessions<Value>(
  ask: () => Promise<Value>,
  signal?: AbortSignal,
): Promise<Value> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- once for each session that ended
    if (sessionStanding() === 'over') await sessionBack(signal)
    const token = csrfToken()
    try {
      // oxlint-disable-next-line no-await-in-loop -- likewise
      return await ask()
    } catch (error) {
      // oxlint-disable-next-line no-await-in-loop -- likewise
      if (!(await isOfEndedSession(error, token))) throw error
    }
  }
}

/**
 * Whether something was refused because the session has ended that it was asked with, which is known from then on: of a page of somebody, who
 * may sign in again, or has by now.
 * @param token that it was asked with
 */
export async function isOfEndedSession(error: unknown, token: string): Promise<boolean> {
  if (!(error instanceof ApiRefusal) || sessionStanding() === 'nobody') return false
  if (SIGNED_OUT.has(error.code)) {
    if (csrfToken() === token) forgetSession()
  } else if (error.code !== FOREIGN || !(await isRenewed(token))) return false
  return sessionStanding() !== 'left'
}

/** What whoever has no session is refused with: it is over, or was ended. */
export const SIGNED_OUT: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'MissingAuthenticationTokenException',
])

/** The cookie may be of a later session, which another tab has. */
const FOREIGN = 'CrossSiteRequestException'

async function isRenewed(token: string): Promise<boolean> {
  if (csrfToken() === token) {
    const asked = { input: {}, signal: undefined }
    keepSession(
      await askOperation<ToldSession>({
        service: 'fleetkey',
        operation: 'GetConsoleSession',
        ...asked,
      }),
    )
  }
  return csrfToken() !== token
}

/** Until they have signed in again. A page that they do not come back to is thrown away, with all that waits. */
function sessionBack(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      stopListening()
      signal?.removeEventListener('abort', abort)
      settle()
    }
    const abort = () => end(() => reject(signal?.reason as Error))
    const stopListening = onSessionChange(() => {
      if (sessionStanding() === 'in') end(resolve)
    })
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted === true) abort()
  })
}
