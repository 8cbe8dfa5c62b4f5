import { watch, type FSWatcher } from 'node:fs'
import type { SessionReceipt } from '@fleetkey/wire/agent/session-receipts'
import type { Accounts } from '../accounts.ts'
import type { SessionEndAnswer } from '../answers.ts'
import type { BootClock } from '../boot-clock.ts'
import type { LiveKey } from '../delivery.ts'
import { reason, type Log } from '../log.ts'
import { repeat, type Repeating } from '../repeat.ts'
import type { HeardWord } from '../sshd-words/sshd-word.ts'
import type { SshdWords } from '../sshd-words/sshd-words.ts'
import { AcceptedLogins } from './accepted-logins.ts'
import { endSession, ENDING_PARTS, isRunning } from './end-session.ts'
import { findChild, type RunningSession } from './find-sessions.ts'
import { ForgedLines } from './forged-lines.ts'
import { KeptBook } from './kept-book.ts'
import { LastLook } from './last-look.ts'
import { parseLoginLine } from './login-line.ts'
import { LoginLog } from './login-log.ts'
import { openProcesses, type Processes } from './processes.ts'
import { RecentGrants } from './recent-grants.ts'
import { SeenLogins, type SeenLogin } from './seen-logins.ts'
import type { OpenSession, SessionBook } from './session-book.ts'
import { SessionSearch } from './session-search.ts'

export interface SessionsParts {
  readonly instanceId: string
  /** Below /run: where the session hook writes. */
  readonly logins: string
  /** The session hook, where PAM runs one. */
  readonly hook: string
  /** Where what must outlive a boot is kept. */
  readonly state: string
  readonly clock: BootClock
  readonly accounts: Accounts
  readonly log: Log
  /** Whether a login that no grant explains is an alarm here, now. */
  readonly isAlarm: () => boolean
  /** What sshd itself says, where nobody else can have said it. */
  readonly words?: Pick<SshdWords, 'kind' | 'onWord' | 'onForged'>
  readonly processes?: Processes
  readonly wallNow?: () => number
}

/** The hook's lines are told of by the kernel; this is for what it may have missed, and for ends, which nobody tells. */
const LOOK_EVERY_MS = 500
/** As openSshdWords reckons, in hundredths of a second. */
const HEARD_HUNDREDTHS = 100
/** sshd says that it accepted a login a moment before it shows whom it serves. */
const AFTER_WORD_MS = 150

/**
 * Who is logged in on this host. Logins come from the session hook, and where that does not run from sshd's processes; ends are seen by sshd's
 * process going. Nothing here can stop a login, and sessions do not depend on it.
 */
export class Sessions {
  readonly #parts: SessionsParts
  readonly #processes: Processes
  readonly #wallNow: () => number
  readonly #kept: KeptBook
  readonly #book: SessionBook
  readonly #log: LoginLog
  readonly #grants: RecentGrants
  readonly #accepted = new AcceptedLogins()
  readonly #seen: SeenLogins
  readonly #search: SessionSearch
  readonly #lastLook: LastLook
  readonly #forged = new ForgedLines((lines, by) => this.#tampered(lines, by))
  #looking: Promise<void> = Promise.resolve()
  #onReceipts: () => void = () => {}
  #deaf: (() => void)[] = []
  #watcher: FSWatcher | undefined
  #repeating: Repeating | undefined
  #isLooked = false
  #dropped = 0

  constructor(parts: SessionsParts) {
    const { clock, logins, state, instanceId, accounts, log, wallNow = Date.now } = parts
    this.#parts = parts
    this.#processes = parts.processes ?? openProcesses()
    this.#wallNow = wallNow
    const bootedAt = wallNow() - clock.now() * 10
    this.#kept = new KeptBook({ instanceId, bootId: clock.bootId, bootedAt, state, wallNow, log })
    this.#book = this.#kept.book
    this.#log = new LoginLog(logins, this.#kept.position)
    this.#grants = new RecentGrants(logins, clock)
    this.#seen = new SeenLogins({
      clock,
      accounts,
      grants: this.#grants,
      accepted: this.#accepted,
      wallNow,
      log,
    })
    this.#search = new SessionSearch(this.#processes, parts.hook)
    this.#lastLook = new LastLook(logins)
  }

  /** Looks for the first time, then whenever there is something to see. */
  async start(onReceipts: () => void): Promise<void> {
    const { log, logins } = this.#parts
    const failed = (failure: unknown) => log.error('sessions-not-seen', { reason: reason(failure) })
    this.#onReceipts = onReceipts
    this.#repeating = repeat(
      () => LOOK_EVERY_MS,
      () => this.look(),
      failed,
    )
    try {
      this.#watcher = watch(logins, { persistent: false }, (_, name) => {
        if (name === 'log') this.#repeating?.soon()
      })
      this.#watcher.on('error', failed)
    } catch (failure) {
      failed(failure) // then lines are seen a moment later
    }
    this.#listen(failed)
    await this.#first().catch(failed)
  }

  close(): void {
    this.#repeating?.stop()
    this.#watcher?.close()
    for (const stop of this.#deaf) stop()
    this.#forged.close()
  }

  get open(): readonly OpenSession[] {
    return this.#book.open
  }

  /** What whoever looks at the host should know. */
  get problems(): readonly string[] {
    if (this.#dropped === 0) return []
    return [
      `${this.#dropped} reports of logins and their ends were lost: the control plane was out of reach for too long.`,
    ]
  }

  /** A key may log in from now on. `from`: the boot clock before it could. */
  granted(key: LiveKey, from: number): void {
    try {
      this.#grants.add(key, from)
    } catch (failure) {
      // In memory it is.
      this.#parts.log.error('grant-not-noted', { reason: reason(failure) })
    }
  }

  /** What the server has not been sent yet; it counts as sent then. */
  takeBatch(send: (receipts: readonly SessionReceipt[]) => boolean): void {
    for (;;) {
      const receipts = this.#book.batch()
      if (receipts.length === 0 || !send(receipts)) return
      this.#book.sent(receipts)
    }
  }

  /** A new link: what was sent on the last one may not have come. */
  sendAgain(): void {
    this.#book.sendAgain()
  }

  stored(receiptIds: readonly string[]): void {
    if (this.#book.stored(receiptIds)) this.#keep()
  }

  async end(sessionId: string): Promise<SessionEndAnswer> {
    await this.look()
    const session = this.#book.find(sessionId)
    if (session === undefined) {
      if (this.#book.hasEnded(sessionId)) return { ended: true, says: 'It had ended before.' }
      // Nothing that runs here has this name: whoever asks shall not take it for open.
      this.#book.ended({ sessionId, osUser: '' }, { at: this.#wallNow() })
      this.#changed()
      return { ended: true, says: 'No such session is open on this host.' }
    }
    this.#book.isToEnd(sessionId)
    this.#keep()
    const { log } = this.#parts
    const ended = await endSession(session, { processes: this.#processes, ...ENDING_PARTS })
    log.info('session-ended-by-order', { sessionId, osUser: session.osUser, ended })
    await this.look()
    return ended
      ? { ended, says: 'It was ended, with all that was started in it.' }
      : { ended, says: 'Something that was started in it goes on: see the processes of the host.' }
  }

  /** In turn, so that no line is taken twice. */
  look(): Promise<void> {
    const done = this.#looking.then(() => this.#look())
    this.#looking = done.catch(() => undefined)
    return done
  }

  #listen(failed: (failure: unknown) => void): void {
    const { words } = this.#parts
    if (words === undefined) return
    const onWord = (heard: HeardWord) => {
      // From the journal alone: what stands in a file of -E proves no login (sshd-words/log-file.ts).
      if (words.kind !== 'journal' || !this.#accepted.hear(heard)) return
      if (this.#search.hasHook) return
      setTimeout(() => {
        this.#search.soon()
        this.look().catch(failed)
      }, AFTER_WORD_MS).unref()
    }
    this.#deaf = [words.onWord(onWord), words.onForged((line) => this.#forged.add(line))]
  }

  /** Somebody wrote lines in sshd's name. */
  #tampered(lines: number, by: { readonly uid: number; readonly program: string }): void {
    this.#parts.log.warn('log-tampered', { lines, ...by })
    this.#book.tampered(lines, { at: this.#wallNow(), ...by })
    this.#changed()
  }

  async #first(): Promise<void> {
    await this.#look({ endedSince: this.#lastLook.at })
    // What was there before the agent may be older than the hook.
    this.#isLooked = true
    for (const session of this.#book.open) if (session.isEnding) await this.end(session.sessionId)
  }

  async #look({ endedSince }: { readonly endedSince?: number } = {}): Promise<void> {
    // The processes first: a login writes its line before sshd shows whom it serves, so what has no line then will get none.
    const running = this.#search.find()
    const lines = this.#log.take().flatMap((line) => parseLoginLine(line) ?? [])
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they came
    for (const line of lines) this.#takeLogin(await this.#seen.ofLine(line))
    // oxlint-disable-next-line no-await-in-loop -- likewise
    for (const session of running) await this.#takeRunning(session)
    this.#takeEnds(endedSince)
    this.#lastLook.is(this.#wallNow())
    this.#changed()
  }

  async #takeRunning(running: RunningSession): Promise<void> {
    const { pid, child } = running
    if (!this.#book.knows(running)) {
      const seen = await this.#seen.ofProcess(running)
      if (seen.login.seenBy === 'processes' && this.#mayBeHeardOf(child)) {
        this.#search.soon()
        return
      }
      if (this.#isLooked) this.#search.hookIsDeaf()
      this.#takeLogin(seen)
    }
    const served = this.#processes.find(child)
    const sessionId = this.#book.idOf(running)
    if (served === undefined || child === pid) return
    if (this.#book.find(sessionId)?.child?.pid !== child) {
      this.#book.servedBy(sessionId, { pid: child, start: served.start })
    }
  }

  /** The journal holds back what sshd says of a login, and its processes show it at once. */
  #mayBeHeardOf(child: number): boolean {
    const { words, clock } = this.#parts
    if (words?.kind !== 'journal') return false
    const start = this.#processes.find(child)?.start
    return start !== undefined && clock.now() - Number(start) < HEARD_HUNDREDTHS
  }

  #takeLogin({ login, match }: SeenLogin): void {
    if (this.#book.knows(login)) return
    const alarm = this.#parts.isAlarm()
    this.#book.loggedIn(login, match, alarm)
    if (match.kind !== 'unexplained') return
    const { osUser, method, fingerprint, address } = login
    this.#parts.log[alarm ? 'warn' : 'info']('login-unexplained', {
      cause: match.cause,
      osUser,
      method,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(address === undefined ? {} : { address }),
    })
  }

  #takeEnds(endedSince: number | undefined): void {
    for (const session of this.#book.open) {
      if (isRunning(session, this.#processes)) this.#learnChild(session)
      else if (session.child === undefined || !isRunning(session.child, this.#processes)) {
        const notBefore =
          endedSince === undefined ? {} : { notBefore: Math.max(session.startedAt, endedSince) }
        this.#book.ended(session, { at: this.#wallNow(), ...notBefore })
      }
    }
  }

  /** Should somebody kill sshd's process of root's, the child serves on. */
  #learnChild(session: OpenSession): void {
    if (session.child !== undefined) return
    const child = findChild(session.pid, this.#processes)
    if (child !== undefined) this.#book.servedBy(session.sessionId, child)
  }

  #changed(): void {
    const { dropped } = this.#book
    if (dropped > this.#dropped) {
      this.#parts.log.error('sessions-not-told', { receipts: dropped - this.#dropped })
      this.#dropped = dropped
    }
    this.#keep()
    this.#onReceipts()
  }

  /** Before anything of it is sent. */
  #keep(): void {
    this.#kept.keep(this.#log.position)
  }
}
