/** Who is signed in in this browser, as the control plane tells it (docs/api/fleetkey.md, GetConsoleSession). */
export interface ConsoleSession {
  readonly principal: {
    readonly kind: 'root' | 'user' | 'assumedRole'
    /** Of a user the user name, of a role the name of the session. */
    readonly name: string
    readonly arn: string
  }
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

let current: ConsoleSession | undefined
let token = ''
let isByChoice = false
let isAnybodyThere = true
let usedAt = Date.now()
const listeners = new Set<() => void>()

/** What proves that a request comes from a page of ours: the session's, told to whoever may read its answers. Empty when signed out. */
export const csrfToken = (): string => token

/** Undefined when nobody is signed in, or it has not been asked yet. */
export const currentSession = (): ConsoleSession | undefined => current

/** Keeps what the control plane says of who is signed in. */
export function keepSession(told: ToldSession): ConsoleSession | undefined {
  token = told.SignedIn ? told.CsrfToken : ''
  current = told.SignedIn ? sessionOf(told) : undefined
  isAnybodyThere = told.IsSetUp !== false
  if (told.SignedIn) isByChoice = false
  for (const listener of listeners) listener()
  return current
}

/** False at the first start, while there is no user. */
export const isSetUp = (): boolean => isAnybodyThere

/** When something was last asked in this browser, in milliseconds since 1970: idleness is counted from there. */
export const lastUseAt = (): number => usedAt

/** Something was asked, in this tab or (then) in another. */
export function noteUse(at: number = Date.now()): void {
  usedAt = Math.max(usedAt, at)
}

/** Whether the last session here was ended by the person; else it was over, or somebody else ended it. */
export const hasSignedOut = (): boolean => isByChoice

/** Nobody is signed in here any more. */
export function forgetSession({ byChoice = false } = {}): void {
  if (current === undefined && token === '') return
  isByChoice = byChoice
  token = ''
  current = undefined
  for (const listener of listeners) listener()
}

/** For useSyncExternalStore. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function sessionOf(told: ToldSession): ConsoleSession {
  const { Principal, MultiFactorAuthenticatedAt: mfaAt } = told
  return {
    principal: { kind: Principal.Kind, name: Principal.Name, arn: Principal.Arn },
    accountId: told.AccountId,
    region: told.Region,
    signedInAt: told.SignedInAt * 1000,
    expiresAt: told.ExpiresAt * 1000,
    provenAt: told.ProvenAt * 1000,
    mfaAt: mfaAt && mfaAt * 1000,
    idleMs: told.IdleSeconds * 1000,
  }
}
