import { Failure } from '../failure.ts'
import { loginExpired, notLoggedIn } from './login-needed.ts'
import { readSession } from './session-cache.ts'
import type { Session } from './session.ts'

/** What is left must do for the command at hand, and for clocks that differ a little. */
const LEAST_MS = 60_000

/** Where sessions are, what time it is, and how many milliseconds of one must be left. */
export interface LiveSessionOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: () => number
  /** One with less left is renewed if it can be. Default: a minute. */
  readonly marginMs?: number
}

/**
 * The session of a profile, good for a minute at least; renewed first where that is needed and its provider allows it.
 * @throws Failure `credentials` when one has to log in
 */
export async function liveSession(profile: string, options: LiveSessionOptions): Promise<Session> {
  const { env, now, marginMs = LEAST_MS } = options
  const session = readSession(env, profile)
  if (!session) throw notLoggedIn(profile)
  const leftMs = session.expiresAt - now()
  if (leftMs > marginMs) return session
  if (session.origin.kind === 'password' || session.origin.refreshToken === undefined) {
    if (leftMs > LEAST_MS) return session
    throw loginExpired(profile)
  }
  try {
    const { renewSession } = await import('./renew-session.ts')
    return await renewSession(profile, { env, now, marginMs })
  } catch (error) {
    // Renewal was early and can be tried again later.
    if (error instanceof Failure && leftMs > LEAST_MS) return session
    throw error
  }
}
