import { serverTime } from './server-time.ts'

/** Who is signed in in this browser, as the control plane tells it (docs/api/fleetkey.md, GetConsoleSession). */
export interface ConsoleSession {
  readonly principal: {
    readonly kind: 'root' | 'user' | 'assumedRole'
    /** Of a user the user name, of a role the name of the session. */
    readonly name: string
    readonly arn: string
  }
  /** Of this person and nobody else, whatever they are called, in each of their sessions. */
  readonly owner: string
  readonly accountId: string
  readonly region: string
  /** All of them milliseconds since 1970. */
  readonly signedInAt: number
  readonly expiresAt: number
  /** When they last showed all that they sign in with. */
  readonly provenAt: number
  /** Undefined: no second factor was shown. */
  readonly mfaAt: number | undefined
  /** Milliseconds after which whoever asks nothing is signed out; 0: never. */
  readonly idleMs: number
}

/** As it is answered: times are epoch seconds. */
export interface ToldSession {
  readonly SignedIn: boolean
  readonly CsrfToken: string
  readonly Principal: {
    readonly Kind: ConsoleSession['principal']['kind']
    readonly Name: string
    readonly Arn: string
  }
  readonly Owner: string
  readonly AccountId: string
  readonly Region: string
  readonly SignedInAt: number
  readonly ExpiresAt: number
  readonly ProvenAt: number
  readonly MultiFactorAuthenticatedAt?: number
  readonly IdleSeconds: number
  /** Of who is not signed in: whether there is any user who could. */
  readonly IsSetUp?: boolean
}

/**
 * How it stands with who this page is of. `nobody`: of nobody yet. `in`: they are signed in. `over`: their session has ended, and they may come
 * back to what they were doing. `left`: it is not theirs any more, and is to be thrown away with all that is in it.
 */
export type Standing = 'nobody' | 'in' | 'over' | 'left'

let standing: Standing = 'nobody'
let known: ConsoleSession | undefined
let token = ''
let leadsTo = ''
let isAnybodyThere = true
let usedAt = 0
const listeners = new Set<() => void>()

export const sessionStanding = (): Standing => standing

/** What proves that a request comes from a page of ours: the session's, told to whoever may read its answers. Empty when signed out. */
export const csrfToken = (): string => token

/** Undefined when nobody is signed in, or it has not been asked yet. */
export const currentSession = (): ConsoleSession | undefined =>
  standing === 'in' ? known : undefined

/** Of whose page it is, also while their session has ended and they may come back. */
export const pageSession = (): ConsoleSession | undefined =>
  standing === 'left' ? undefined : known

/** Where a page leads that is to be thrown away. */
export const leftFor = (): string => leadsTo

/** Keeps what the control plane says of who is signed in. A page that is another's already is left. */
export function keepSession(told: ToldSession): ConsoleSession | undefined {
  isAnybodyThere = told.IsSetUp !== false
  if (standing === 'left') return undefined
  if (!told.SignedIn) forgetSession()
  else if (known !== undefined && known.owner !== told.Owner) leavePage('/')
  else become('in', told.CsrfToken, sessionOf(told))
  return currentSession()
}

/** False at the first start, while there is no user. */
export const isSetUp = (): boolean => isAnybodyThere

/** When something was last asked in this browser, by the time of the control plane, in milliseconds since 1970: idleness is counted from there. */
export const lastUseAt = (): number => usedAt

/** Something was asked, in this tab or (then) in another. */
export function noteUse(at: number = serverTime()): void {
  // What would be still to come was noted by a clock that was set meanwhile.
  usedAt = Math.max(Math.min(usedAt, serverTime()), at)
}

/** The session has ended: whoever it was of may sign in again, and go on. */
export function forgetSession(): void {
  if (standing === 'in') become('over', '', known)
}

/** They have signed out, or do not come back: nothing of theirs stays here. */
export function leavePage(to = '/sign-in'): void {
  if (standing === 'left') return
  leadsTo = to
  become('left', '', undefined)
}

/** For useSyncExternalStore. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function become(next: Standing, csrf: string, session: ConsoleSession | undefined): void {
  standing = next
  token = csrf
  known = session
  for (const listener of listeners) listener()
}

function sessionOf(told: ToldSession): ConsoleSession {
  const { Principal, MultiFactorAuthenticatedAt: mfaAt } = told
  return {
    principal: { kind: Principal.Kind, name: Principal.Name, arn: Principal.Arn },
    owner: told.Owner,
    accountId: told.AccountId,
    region: told.Region,
    signedInAt: told.SignedInAt * 1000,
    expiresAt: told.ExpiresAt * 1000,
    provenAt: told.ProvenAt * 1000,
    mfaAt: mfaAt && mfaAt * 1000,
    idleMs: told.IdleSeconds * 1000,
  }
}
