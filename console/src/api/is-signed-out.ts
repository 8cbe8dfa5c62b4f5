import { call } from './call.ts'
import { csrfToken, currentSession, keepSession, type ToldSession } from './console-session.ts'

/** Asks whether the person is still signed in; the page leads them to sign in when not. When nobody answers it is the network. */
export async function isSignedOut(): Promise<boolean> {
  const before = csrfToken()
  try {
    const told = await call<ToldSession>('fleetkey', 'GetConsoleSession')
    // Somebody may have signed in meanwhile: then it is of a session that is over.
    return (csrfToken() === before ? keepSession(told) : currentSession()) === undefined
  } catch {
    return false
  }
}
