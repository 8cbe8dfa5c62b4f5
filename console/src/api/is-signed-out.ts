import { call } from './call.ts'
import { keepSession, type ToldSession } from './console-session.ts'

/** Asks whether the person is still signed in; the page leads them to sign in when not. When nobody answers it is the network. */
export async function isSignedOut(): Promise<boolean> {
  try {
    return keepSession(await call<ToldSession>('fleetkey', 'GetConsoleSession')) === undefined
  } catch {
    return false
  }
}
