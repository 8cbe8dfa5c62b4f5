import { ApiRefusal } from './api-refusal.ts'
import { call } from './call.ts'
import { signWithPasskey, type PasskeyAnswer, type PasskeyOptions } from './passkeys.ts'
import {
  currentSession,
  leavePage,
  keepSession,
  lastUseAt,
  noteUse,
  sessionStanding,
  type ConsoleSession,
  type ToldSession,
} from './console-session.ts'

/** Tabs of one browser have one session. */
const tabs = new BroadcastChannel('fleetkey.session')

/** Who is signed in in this browser: asked once for each load of a page. */
export async function loadSession(): Promise<ConsoleSession | undefined> {
  if (currentSession() !== undefined) return currentSession()
  const told = await call<ToldSession>('fleetkey', 'GetConsoleSession')
  // Somebody may have signed in meanwhile.
  return currentSession() ?? keepSession(told)
}

/** What somebody signs in with; what is not asked for is left out. */
export interface SignInFields {
  readonly UserName: string
  readonly Password: string
  readonly TokenCode?: string
  /** In place of the code. */
  readonly Passkey?: PasskeyAnswer
  readonly NewPassword?: string
}

export async function signIn(fields: SignInFields): Promise<void> {
  await begin(await call<ToldSession>('fleetkey', 'SignIn', { ...fields, Console: true }))
}

/** By a passkey and nothing else: whose it is, it says. */
export async function signInWithPasskey(): Promise<void> {
  // Whoever is signed in here asks with their token.
  await loadSession()
  const { Options } = await call<{ Options: PasskeyOptions }>('fleetkey', 'GetPasskeyChallenge', {
    For: 'SignIn',
  })
  const answer = await signWithPasskey(Options)
  await begin(await call<ToldSession>('fleetkey', 'SignInWithPasskey', answer))
}

/** By a role that a provider vouches for. */
export async function signInWithRole(roleArn: string): Promise<void> {
  await begin(await call<ToldSession>('fleetkey', 'SignInWithRole', { RoleArn: roleArn }))
}

/** In all tabs of this browser. */
export async function signOut(): Promise<void> {
  await call('fleetkey', 'SignOut')
  leavePage()
  tabs.postMessage('signed out')
}

export async function signOutEverywhere(): Promise<void> {
  await call('fleetkey', 'SignOutEverywhere')
  leavePage()
  tabs.postMessage('signed out')
}

/** With the link that the server told at its start: makes the first administrator, who is signed in then. */
export async function setUpAdministrator(fields: {
  readonly Token: string
  readonly UserName: string
  readonly Password: string
}): Promise<void> {
  const told = await call<ToldSession>('fleetkey', 'SetUpAdministrator', fields)
  await requireCookie()
  keepSession(told)
}

/** Once more all that one signs in with, for what gives rights or tells secrets. */
export async function proveAgain(fields: {
  readonly Password?: string
  readonly TokenCode?: string
  readonly Passkey?: PasskeyAnswer
}): Promise<void> {
  keepSession(await call<ToldSession>('fleetkey', 'ProveAgain', fields))
}

/** By a passkey that they unlock. False when they have none for this address. */
export async function proveByPasskey(): Promise<boolean> {
  const { Options } = await call<{ Options?: PasskeyOptions }>('fleetkey', 'GetPasskeyChallenge', {
    For: 'Proof',
  })
  if (Options === undefined) return false
  await proveAgain({ Passkey: await signWithPasskey(Options) })
  return true
}

/** Whoever is there goes on: the time of being idle begins anew. */
export async function stay(): Promise<void> {
  keepSession(await call<ToldSession>('fleetkey', 'GetConsoleSession'))
  tabs.postMessage(lastUseAt())
}

/** Follows what happens in other tabs of this browser, and tells them when somebody is active here, or has signed in. */
export function followOtherTabs(): void {
  tabs.addEventListener('message', ({ data }) => {
    if (data === 'signed out') leavePage()
    else if (data === 'signed in') void lookAgain().catch(() => {})
    else if (typeof data === 'number') noteUse(data)
  })
  let told = lastUseAt()
  setInterval(() => {
    if (lastUseAt() === told) return
    told = lastUseAt()
    tabs.postMessage(told)
  }, 10_000)
  // A tab that the browser had put to sleep has heard nothing.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && sessionStanding() === 'over') void lookAgain().catch(() => {})
  })
}

/** Somebody may have signed in in another tab: with that session this page goes on, or is left where it is another's. */
async function lookAgain(): Promise<void> {
  keepSession(await call<ToldSession>('fleetkey', 'GetConsoleSession'))
}

/** They have just shown who they are: what the browser has now is another session, for all of its tabs. */
async function begin(told: ToldSession): Promise<void> {
  await requireCookie()
  keepSession(told)
  tabs.postMessage('signed in')
}

/**
 * Throws an {@link ApiRefusal} where the browser has not kept the cookie that it was just given: each page would ask to sign in again, for
 * ever. What browsers say of themselves (`navigator.cookieEnabled`) is true also where they keep none.
 */
async function requireCookie(): Promise<void> {
  const { SignedIn } = await call<ToldSession>('fleetkey', 'GetConsoleSession')
  if (SignedIn) return
  throw new ApiRefusal({
    code: 'CookiesBlocked',
    status: 0,
    message:
      location.protocol === 'https:'
        ? 'What you entered is right, but this browser does not keep the cookie of the session. Allow cookies for this site in its settings (the sign beside the address), and sign in again.'
        : 'What you entered is right, but this browser does not keep the cookie of the session. Allow cookies for this site in its settings; some browsers, such as Safari, keep it over https only. Then sign in again.',
  })
}
