import { validationFailure } from '@fleetkey/domain/exceptions/request'
import type { Caller, CallerSession } from '../caller.ts'

/** The session of the browser that asks. Throws Validation when a signature asks. */
export function requireConsoleSession({
  session,
}: Caller): Required<Pick<CallerSession, 'console'>> & CallerSession {
  if (session?.console !== undefined) return { ...session, console: session.console }
  throw validationFailure('This is asked by pages of the console, with their cookie.')
}
