import type { LoginMatch } from '@fleetkey/domain/match-login'
import type { LoginMethod, LoginSource, SessionEnding } from '@fleetkey/domain/ssh-session'
import type { SessionReceipt } from '@fleetkey/wire/agent/session-receipts'
import { sha256 } from '../ed25519.ts'

/** A process of this boot. */
export interface ProcessName {
  readonly pid: number
  readonly start: string
}

/** A session that has not ended, as far as is known. Its process is sshd's that stands for the connection as root. */
export interface OpenSession extends ProcessName {
  readonly sessionId: string
  readonly osUser: string
  readonly uid?: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** sshd's process that serves it as the user, once it was seen. */
  readonly child?: ProcessName
  /** Somebody asked for its end. */
  readonly isEnding?: true
}

export interface Login extends ProcessName {
  readonly osUser: string
  readonly uid?: number
  readonly method: LoginMethod
  readonly fingerprint?: string
  readonly address?: string
  readonly port?: number
  readonly seenBy: LoginSource
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** What outlives the agent. */
export interface BookState {
  /** Whose sessions they are: a host that enrols anew has none yet. */
  readonly instanceId: string
  /** The boot that the processes are of. */
  readonly bootId: string
  readonly open: readonly OpenSession[]
  /** What the server may not have yet, oldest first. */
  readonly pending: readonly SessionReceipt[]
}

/** A host that cannot reach its server keeps so many: those of who is logged in, and the newest of what is over. */
const MAX_PENDING = 4096
/** As many as fit in one message of the link, with room to spare. */
const BATCH = 24
const MAX_ENDED = 1024

/**
 * Which sessions are open, and what the server has to be told of them. Takes everything again without doing it again: a session's id
 * follows from the boot, sshd's process and its start.
 */
export class SessionBook {
  readonly #host: { readonly instanceId: string; readonly bootId: string }
  readonly #open: Map<string, OpenSession>
  readonly #pending: Map<string, SessionReceipt>
  readonly #sent = new Set<string>()
  /** The last that ended: their lines may be read again. */
  readonly #ended = new Set<string>()
  #dropped = 0
  #revision = 0

  /** `state` is what an earlier run of the agent left in this boot. */
  constructor(
    host: { readonly instanceId: string; readonly bootId: string },
    state: Pick<BookState, 'open' | 'pending'> = { open: [], pending: [] },
  ) {
    this.#host = host
    this.#open = new Map(state.open.map((session) => [session.sessionId, session]))
    this.#pending = new Map(state.pending.map((receipt) => [receipt.receiptId, receipt]))
  }

  /** How many receipts were lost because the server could not be reached for too long. */
  get dropped(): number {
    return this.#dropped
  }

  /** Another one after each change of `state`. */
  get revision(): number {
    return this.#revision
  }

  get state(): BookState {
    return { ...this.#host, open: this.open, pending: [...this.#pending.values()] }
  }

  get open(): readonly OpenSession[] {
    return [...this.#open.values()]
  }

  find(sessionId: string): OpenSession | undefined {
    return this.#open.get(sessionId)
  }

  hasEnded(sessionId: string): boolean {
    return this.#ended.has(sessionId)
  }

  knows(process: ProcessName): boolean {
    const sessionId = this.idOf(process)
    return this.#open.has(sessionId) || this.#ended.has(sessionId)
  }

  idOf({ pid, start }: ProcessName): string {
    const { instanceId, bootId } = this.#host
    const name = [instanceId, bootId, pid, start].join('\n')
    return `s-${sha256(name).toString('hex').slice(0, 17)}`
  }

  /** Nothing happens when the session is known. */
  loggedIn(login: Login, match: LoginMatch, alarm: boolean): void {
    if (this.knows(login)) return
    const { start, startedAt, ...seen } = login
    const { pid, osUser, uid } = seen
    const sessionId = this.idOf(login)
    const known = uid === undefined ? {} : { uid }
    this.#open.set(sessionId, { sessionId, pid, start, osUser, ...known, startedAt })
    const told = { at: startedAt, sessionId, ...seen }
    const grant = match.kind === 'grant' ? { grantId: match.grantId } : {}
    this.#tell({ ...told, ...grant, kind: 'session-started' }, sessionId)
    if (match.kind !== 'unexplained') return
    const { cause } = match
    this.#tell({ ...told, kind: 'login-unexplained', cause, alarm }, sessionId)
  }

  /** sshd's process that serves it was seen. */
  servedBy(sessionId: string, child: ProcessName): void {
    const session = this.#open.get(sessionId)
    if (session !== undefined) this.#change({ ...session, child })
  }

  /** Somebody asked for its end: that is why it will have ended. */
  isToEnd(sessionId: string): void {
    const session = this.#open.get(sessionId)
    if (session !== undefined) this.#change({ ...session, isEnding: true })
  }

  /** `notBefore` when it may have ended at any moment from then on. Times are milliseconds since 1970. */
  ended(
    session: Pick<OpenSession, 'sessionId' | 'osUser' | 'isEnding'>,
    end: { readonly at: number; readonly notBefore?: number; readonly ending?: SessionEnding },
  ): void {
    const { sessionId, osUser, isEnding } = session
    const ending = end.ending ?? (isEnding ? 'ended' : 'closed')
    this.#open.delete(sessionId)
    keepNewest(this.#ended.add(sessionId), MAX_ENDED)
    this.#tell({ ...end, kind: 'session-ended', sessionId, osUser, ending }, sessionId)
  }

  tampered(
    lines: number,
    { at, uid, program }: { at: number; uid: number; program: string },
  ): void {
    this.#tell({ kind: 'log-tampered', at, lines, uid, program }, `${at} ${uid} ${program}`)
  }

  /** The oldest that were not sent yet. */
  batch(): readonly SessionReceipt[] {
    const unsent = [...this.#pending.values()].filter(({ receiptId }) => !this.#sent.has(receiptId))
    return unsent.slice(0, BATCH)
  }

  sent(receipts: readonly SessionReceipt[]): void {
    for (const { receiptId } of receipts) this.#sent.add(receiptId)
  }

  /** The link they were sent on is gone, and their answers with it. */
  sendAgain(): void {
    this.#sent.clear()
  }

  /** Whether any of them was waited for. */
  stored(receiptIds: readonly string[]): boolean {
    const before = this.#pending.size
    for (const id of receiptIds) {
      this.#pending.delete(id)
      this.#sent.delete(id)
    }
    if (this.#pending.size === before) return false
    this.#revision++
    return true
  }

  #change(session: OpenSession): void {
    this.#open.set(session.sessionId, session)
    this.#revision++
  }

  #tell(receipt: Untold, about: string): void {
    this.#revision++
    const said = [this.#host.bootId, receipt.kind, about].join('\n')
    const receiptId = sha256(said).toString('hex').slice(0, 32)
    this.#pending.set(receiptId, { receiptId, ...receipt } as SessionReceipt)
    while (this.#pending.size > MAX_PENDING) this.#forgetSome()
  }

  /**
   * The oldest of what matters least: a session that is over, with all that is told of it, before one that is open, which the server could not end if
   * it never heard of it; of those that are over one by a grant first, so that nobody who may log in pushes out what is an alarm.
   */
  #forgetSome(): void {
    const isOver = (receipt: SessionReceipt) => {
      const sessionId = sessionOf(receipt)
      return sessionId !== undefined && !this.#open.has(sessionId)
    }
    const pending = () => this.#pending.values()
    const [oldest] = pending()
    const least =
      pending().find((one) => 'grantId' in one && isOver(one)) ?? pending().find(isOver) ?? oldest
    if (least === undefined) return
    const isOfIt = (receipt: SessionReceipt) =>
      receipt === least || (isOver(least) && sessionOf(receipt) === sessionOf(least))
    for (const receipt of pending().filter(isOfIt)) {
      this.#pending.delete(receipt.receiptId)
      this.#sent.delete(receipt.receiptId)
      this.#dropped++
    }
  }
}

const sessionOf = (receipt: SessionReceipt) =>
  'sessionId' in receipt ? receipt.sessionId : undefined

/** Of each kind apart: Omit of a union would keep only what all have. */
type Untold<One = SessionReceipt> = One extends SessionReceipt ? Omit<One, 'receiptId'> : never

function keepNewest(names: Set<string>, most: number): void {
  for (const oldest of names) {
    if (names.size <= most) return
    names.delete(oldest)
  }
}
