import type {
  LoginMethod,
  LoginSource,
  SessionEnding,
  UnexplainedCause,
} from '@fleetkey/domain/ssh-session'

/**
 * Open ones of one instance that are listed, of those that a push explains and of all others each: a host that makes them up shall not fill the
 * disk, nor be what everybody else waits for.
 */
export const MAX_OPEN_PER_INSTANCE = 4096
/** Open ones of all instances that are not recorded. Each instance may have MIN_UNRECORDED, whatever others have: none takes another's room. */
export const MAX_UNRECORDED = 4096
export const MIN_UNRECORDED = 256
/** Those of one instance that ended and were not recorded: the last are kept, so that who looks at one sees it end. */
export const MAX_UNRECORDED_ENDED = 64

/** A login to a host and what followed, as its agent told it. */
export interface SshSessionRow {
  /** `s-` and 17 hexadecimal digits; of one boot, process and start, so that it never comes again on its host. Another host may tell of the same. */
  readonly sessionId: string
  readonly instanceId: string
  readonly osUser: string
  readonly uid?: number
  readonly method: LoginMethod
  readonly seenBy: LoginSource
  readonly fingerprint?: string
  readonly address?: string
  readonly port?: number
  readonly pid: number
  /** By the host's clock. */
  readonly startedAt: number
  /** The push that explains the login. */
  readonly grant?: GrantOfSession
  /** Why none does. Neither this nor `grant`: the host could not tell. */
  readonly unexplained?: UnexplainedCause
  /** Undefined while it lasts, as far as is known. */
  readonly end?: SessionEnd
  /** Its login is not in the trail: the host had told of more than is recorded of one host. Then it is listed while it is open, and a short time after. */
  readonly isUnrecorded?: true
}

export interface GrantOfSession {
  readonly requestId: string
  /** Of who pushed: unique ids, as in the trail (`AIDA…`, `AROA…:session`, the account for root). */
  readonly principalId: string
  readonly principalArn: string
  /** What people call the principal. */
  readonly userName: string
  /** Whose own the session is (domain/src/owner.ts); undefined where it is not known, which makes it nobody's. */
  readonly owner?: string
  /** Whether the principal had END_ON_WITHDRAWAL_TAG when the session began: who is deleted has no tags any more. */
  readonly endsWithRight: boolean
}

export interface SessionEnd {
  readonly kind: SessionEnding
  /** By the host's clock: when it was found ended. */
  readonly at: number
  /** It may have ended at any moment from this one on; undefined when it was seen as it happened. */
  readonly notBefore?: number
}

export interface SshSessionStore {
  get(session: SessionOfInstance): Promise<SshSessionRow | undefined>
  list(query: SshSessionQuery): Promise<readonly ListedSshSession[]>
  start(row: SshSessionRow): Promise<SessionStart>
  /** False when the instance has no such session. */
  markUnexplained(session: SessionOfInstance, cause: UnexplainedCause): Promise<boolean>
  /** False when the instance has no such session or it has ended already. */
  end(session: SessionOfInstance, end: SessionEnd): Promise<boolean>
  /**
   * Forgets sessions that ended before then, and those that began before then on an instance that was forgotten, whose end nobody will tell:
   * up to `limit` of either; how many.
   */
  prune(before: number, limit: number): Promise<number>
}

/** `known`: the instance has one of that id, which stays as it is. `no room`: as many are open as are listed. */
export type SessionStart = 'listed' | 'known' | 'no room'

export interface SessionOfInstance {
  readonly sessionId: string
  readonly instanceId: string
}

/** Its place in the order of recording: where a page ended. */
export interface ListedSshSession extends SshSessionRow {
  readonly place: number
}

/** Last recorded first. All given conditions must hold. */
export interface SshSessionQuery {
  readonly state?: 'active' | 'ended'
  readonly sessionIds?: readonly string[]
  readonly instanceId?: string
  readonly osUser?: string
  readonly owner?: string
  readonly userName?: string
  readonly principalArn?: string
  /** Both inclusive, over `startedAt`. */
  readonly from?: number
  readonly to?: number
  /** Only what was recorded before that place. */
  readonly beforePlace?: number
  readonly limit: number
}
