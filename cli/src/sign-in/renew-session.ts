import { assumeRole } from './assume-role.ts'
import { loginExpired, notLoggedIn } from './login-needed.ts'
import { openProvider } from './provider.ts'
import { isInvalidGrant, refreshTokens } from './refresh-tokens.ts'
import { readSession, writeSession } from './session-cache.ts'
import { whileLocked } from './session-lock.ts'
import type { ProviderOrigin, Session } from './session.ts'

/** Gets a new session for the refresh token of the old one; waits instead when another process is at it. */
export async function renewSession(
  profile: string,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly now: () => number
    readonly marginMs: number
  },
): Promise<Session> {
  const { env, now, marginMs } = options
  return whileLocked(env, profile, async () => {
    // Another one may have been faster, or have logged out.
    const old = readSession(env, profile)
    if (!old) throw notLoggedIn(profile)
    if (old.expiresAt - now() > marginMs) return old
    const { origin } = old
    if (origin.kind === 'password' || origin.refreshToken === undefined) throw loginExpired(profile)
    const keep = (refreshToken: string | undefined) => {
      const { refreshToken: _used, ...rest } = origin
      const kept: ProviderOrigin = refreshToken === undefined ? rest : { ...rest, refreshToken }
      writeSession(env, profile, { ...old, origin: kept })
      return kept
    }
    const provider = await openProvider(origin, old.caFile)
    const tokens = await refreshTokens(provider, origin.refreshToken).catch((error: unknown) => {
      if (!isInvalidGrant(error)) throw error
      // It will never be good again: the next commands need not ask.
      keep(undefined)
      throw loginExpired(profile, [error.message])
    })
    // At once: a provider that gives a new one takes the old one as stolen from now on, and asking the server can fail.
    const kept = keep(tokens.refreshToken ?? origin.refreshToken)
    const renewed = await assumeRole(old, kept, tokens.idToken)
    writeSession(env, profile, renewed)
    return renewed
  })
}
