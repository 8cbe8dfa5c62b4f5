import type { TerminalRefusal } from '@fleetkey/wire/terminal/server-frame'
import { call } from '../../api/call.ts'

/** Asks whether the person is still signed in. Nothing is said when nobody answers: then it is the network. */
export async function whyShutOut(): Promise<TerminalRefusal | undefined> {
  try {
    const { SignedIn } = await call<{ readonly SignedIn?: boolean }>(
      'fleetkey',
      'GetConsoleSession',
    )
    return SignedIn === false ? SIGNED_OUT : undefined
  } catch {
    return undefined
  }
}

export const SIGNED_OUT_CODE = 'SignedOut'

const SIGNED_OUT: TerminalRefusal = {
  code: SIGNED_OUT_CODE,
  message: 'You are signed out, so the terminal cannot be shown here any more.',
  mend: 'Sign in again: the shell goes on for a while, and is among your running terminals.',
}
