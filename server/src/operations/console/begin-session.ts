import { csrfTokenOf } from '../../identities/csrf-token.ts'
import { issueSession } from '../../identities/issue-session.ts'
import { tokenMatches } from '../../identities/session-token.ts'
import type { ShownSession } from '../../identities/console-cookie.ts'
import type { SessionRow } from '../../store/credential-store.ts'
import type { CallerSession } from '../caller.ts'
import type { Call } from '../operation.ts'

/** For people who look at their sessions. */
const MAX_USER_AGENT = 256

export interface BegunSession
  extends
    Pick<CallerSession, 'issuedAt' | 'expiresAt' | 'mfaAt' | 'webIdentity'>,
    Required<Pick<CallerSession, 'console'>> {
  readonly accessKeyId: string
}

/** Whoever has proven who they are is signed in in their browser, by a new session: what the browser had before is over. */
export async function beginConsoleSession(
  call: Call,
  who: Pick<SessionRow, 'entityId' | 'providerId' | 'limits'> & {
    /** Default: as long as sessions of the console last. */
    readonly durationSeconds?: number
    /** When they showed who they are; default: now. */
    readonly provenAt?: number
  },
): Promise<BegunSession> {
  const { origin, console, now } = call
  const { sourceAddress } = origin
  const userAgent = origin.userAgent.slice(0, MAX_USER_AGENT)
  const issuedAt = now()
  const { provenAt = issuedAt, ...session } = who
  const issued = await issueSession(call, {
    durationSeconds: console.sessionSeconds,
    ...session,
    limits: { ...who.limits, console: { provenAt, sourceAddress, userAgent } },
  })
  await endShown(call, origin.browser?.session)
  // Who comes from a provider has no tries here to be told apart by.
  const { entityId: userId, providerId } = who
  const isUser = userId !== undefined && providerId === undefined
  const shown = origin.browser?.devices ?? []
  call.keepInBrowser(issued, isUser ? call.knownDevices.remember(userId, shown) : undefined)
  return {
    accessKeyId: issued.accessKeyId,
    issuedAt,
    expiresAt: issued.expiresAt,
    mfaAt: who.limits.mfaAt,
    webIdentity: who.limits.webIdentity,
    console: { csrfToken: csrfTokenOf(issued.secretAccessKey), provenAt, lastUsedAt: issuedAt },
  }
}

/** Only for who has the whole of it: its id alone stands in the trail. */
async function endShown({ store }: Call, shown: ShownSession | undefined): Promise<void> {
  if (shown === undefined) return
  const { identities } = store
  const found = await identities.credential(shown.accessKeyId)
  if (found?.kind !== 'session' || found.session.limits.console === undefined) return
  if (tokenMatches(shown.sessionToken, found.session.tokenHash))
    await identities.sessions.end(shown.accessKeyId)
}
