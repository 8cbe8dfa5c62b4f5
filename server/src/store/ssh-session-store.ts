import type {
  LoginMethod,
  LoginSource,
  SessionEnding,
  UnexplainedCause,
} from '@fleetkey/domain/ssh-session'

/** Open ones of one instance that are listed: a host that makes them up shall not fill the disk, nor be what everybody else waits for. */
export const MAX_OPEN_PER_INSTANCE = 4096

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
  /** False when the instance has one of that id already, which stays as it is, or when the instance has MAX_OPEN_PER_INSTANCE that are open. */
  start(row: SshSessionRow): Promise<boolean>
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
