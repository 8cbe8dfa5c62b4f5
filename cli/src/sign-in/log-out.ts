import { ApiClient } from '../api/api-client.ts'
import { END_SESSION } from '../api/operations.ts'
import { Failure } from '../failure.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { connectionOf } from './assume-role.ts'
import { deleteSession, readSession } from './session-cache.ts'
import { whileLocked } from './session-lock.ts'
import type { Session } from './session.ts'

/** Somebody who wants to go is not kept waiting for a server that is away. */
const PATIENCE_MS = 10_000

/** What became of a login. */
export interface Goodbye {
  /** False: there was none. */
  readonly wasLoggedIn: boolean
  /** What could not be done, and so still lives until it expires. */
  readonly left: readonly string[]
}

/**
 * Ends a login everywhere: the session at the server, the refresh token at the provider (RFC 7009), the copy of both here. The copy
 * goes in any case.
 */
export async function logOut(
  profile: string,
  {
    env,
    now,
  }: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly now: () => number
  },
): Promise<Goodbye> {
  // A renewal under way would put it back.
  return whileLocked(env, profile, async () => {
    const left: string[] = []
    const session = readOrSay(left, () => readSession(env, profile))
    if (session) {
      await Promise.all([
        attempt(left, 'The session lives on at the server until it expires', () =>
          endSession(session, now),
        ),
        attempt(left, 'The provider still knows a refresh token of yours', () => revoke(session)),
      ])
    }
    return { wasLoggedIn: deleteSession(env, profile), left }
  })
}

function readOrSay(left: string[], read: () => Session | undefined): Session | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    left.push(`It was not ended at the server. ${error.message}`)
    return undefined
  }
}

async function attempt(left: string[], ifNot: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    left.push(`${ifNot}: ${error.message}`)
  }
}

async function endSession(session: Session, now: () => number): Promise<void> {
  if (session.expiresAt <= now()) return
  const api = new ApiClient({ ...connectionOf(session), credentials: session.credentials }, now)
  try {
    await api.call(END_SESSION, {}, AbortSignal.timeout(PATIENCE_MS))
  } catch (error) {
    // It is over there already.
    if (!(error instanceof Failure) || error.exitCode !== EXIT_CODES.credentials) throw error
  } finally {
    api.close()
  }
}

async function revoke({ origin, caFile }: Session): Promise<void> {
  if (origin.kind === 'password' || origin.refreshToken === undefined) return
  const { openProvider } = await import('./provider.ts')
  const { revokeRefreshToken } = await import('./revoke-refresh-token.ts')
  await revokeRefreshToken(await openProvider(origin, caFile), origin.refreshToken)
}
