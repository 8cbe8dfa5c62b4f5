import { call } from './call.ts'
import {
  currentSession,
  forgetSession,
  keepSession,
  type ConsoleSession,
  type ToldSession,
} from './console-session.ts'

/** Tabs of one browser have one session. */
const tabs = new BroadcastChannel('fleetkey.session')

/** Who is signed in in this browser: asked once for each load of a page. */
export async function loadSession(): Promise<ConsoleSession | undefined> {
  return currentSession() ?? keepSession(await call<ToldSession>('fleetkey', 'GetConsoleSession'))
}

/** What somebody signs in with; what is not asked for is left out. */
export interface SignInFields {
  readonly UserName: string
  readonly Password: string
  readonly TokenCode?: string
  readonly NewPassword?: string
}

export async function signIn(fields: SignInFields): Promise<void> {
  keepSession(await call<ToldSession>('fleetkey', 'SignIn', { ...fields, Console: true }))
}

/** In all tabs of this browser. */
export async function signOut(): Promise<void> {
  await call('fleetkey', 'SignOut')
  forgetSession({ byChoice: true })
  tabs.postMessage('signed out')
}

/** Follows what happens in other tabs of this browser. */
export function followOtherTabs(): void {
  tabs.addEventListener('message', ({ data }) => {
    if (data === 'signed out') forgetSession({ byChoice: true })
  })
}
