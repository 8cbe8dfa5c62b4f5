import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
  utimesSync,
  watch,
  type FSWatcher,
} from 'node:fs'
import { matchLogin, type LoginMatch } from '@fleetkey/domain/match-login'
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
import { readBook, writeBook } from './book-file.ts'
import { endSession, ENDING_PARTS, isRunning } from './end-session.ts'
import { findChild, findSessions, type RunningSession } from './find-sessions.ts'
import { parseLoginLine, type LoginLine } from './login-line.ts'
import { LoginLog } from './login-log.ts'
import { ForgedLines } from './forged-lines.ts'
import { openProcesses, type Processes } from './processes.ts'
import { RecentGrants } from './recent-grants.ts'
import { SessionBook, type Login, type OpenSession } from './session-book.ts'

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
/** All processes of the host are looked at so often, for a session that the hook missed; where it tells of none, nothing else finds one. */
const SEARCH_EVERY_MS = { hook: 30_000, noHook: 2000 }
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
  readonly #book: SessionBook
  readonly #log: LoginLog
  readonly #grants: RecentGrants
  #looking: Promise<void> = Promise.resolve()
  #searchedAt = -Infinity
  /** A session began of which the hook told nothing. */
  #isHookDeaf = false
  #onReceipts: () => void = () => {}
  readonly #accepted = new AcceptedLogins()
  readonly #forged = new ForgedLines((lines, by) => this.#tampered(lines, by))
  #deaf: (() => void)[] = []
  #watcher: FSWatcher | undefined
  #repeating: Repeating | undefined
  #kept = ''
  #isLooked = false
  #isKept = true
  #dropped = 0

  constructor(parts: SessionsParts) {
    const { clock, logins, state, instanceId, wallNow = Date.now } = parts
    this.#parts = parts
    this.#processes = parts.processes ?? openProcesses()
    this.#wallNow = wallNow
    const read = readBook(state)
    const kept = read?.instanceId === instanceId ? read : undefined
    const isThisBoot = kept?.bootId === clock.bootId
    mkdirSync(logins, { recursive: true, mode: 0o700 })
    this.#log = new LoginLog(logins, isThisBoot ? kept.position : undefined)
    this.#grants = new RecentGrants(logins, clock)
    const host = { instanceId, bootId: clock.bootId }
    if (kept === undefined || isThisBoot) {
      this.#book = new SessionBook(host, kept)
      return
    }
    this.#book = new SessionBook(host, { open: [], pending: kept.pending })
    // At the latest when this boot began; where the clock was set since, when the book was written.
    const bootedAt = wallNow() - clock.now() * 10
    for (const session of kept.open) {
      const notBefore = Math.max(session.startedAt, kept.writtenAt)
      const at = Math.max(bootedAt, notBefore)
      this.#book.ended(session, { at, notBefore, ending: 'host-restarted' })
    }
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
      if (this.#hasHook()) return
      setTimeout(() => {
        this.#searchedAt = -Infinity
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
    const lastSeen = this.#lastSeen()
    await this.#look({ endedSince: lastSeen })
    // What was there before the agent may be older than the hook.
    this.#isLooked = true
    for (const session of this.#book.open) if (session.isEnding) await this.end(session.sessionId)
  }

  async #look({ endedSince }: { readonly endedSince?: number } = {}): Promise<void> {
    // The processes first: a login writes its line before sshd shows whom it serves, so what has no line then will get none.
    const running = this.#search()
    const lines = this.#log.take().flatMap((line) => parseLoginLine(line) ?? [])
    for (const line of lines) await this.#takeLine(line)
    for (const session of running) this.#takeRunning(session)
    this.#takeEnds(endedSince)
    this.#touch()
    this.#changed()
  }

  async #takeLine(line: LoginLine): Promise<void> {
    const { clock } = this.#parts
    const { pid, start, method, fingerprint, address, port } = line
    const osUser = line.osUser !== undefined && isPlain(line.osUser) ? line.osUser : '-'
    const uid = await this.#uidOf(osUser)
    this.#takeLogin(
      {
        pid,
        start,
        osUser,
        method,
        seenBy: 'pam',
        startedAt: this.#wallNow() - (clock.now() - line.at) * 10,
        ...(uid === undefined ? {} : { uid }),
        ...(fingerprint === undefined ? {} : { fingerprint }),
        ...(address === undefined ? {} : { address }),
        ...(port === undefined ? {} : { port }),
      },
      matchLogin({ ...line, osUser, uid }, this.#grants.ofKey(fingerprint)),
    )
  }

  #takeRunning({ pid, start, child, uid, ...running }: RunningSession): void {
    const osUser = isPlain(running.osUser) ? running.osUser : '-'
    const { at, ...accepted } = this.#accepted.of(pid, start)
    const login = { pid, start, osUser, uid, ...accepted }
    if (this.#isLooked && !this.#book.knows(login)) this.#isHookDeaf = true
    // USER_HZ, which is 100 on every Linux that Node runs on, as /proc/uptime's hundredths are.
    const age = (this.#parts.clock.now() - Number(start)) * 10
    this.#takeLogin(
      { ...login, startedAt: this.#wallNow() - age },
      matchLogin({ fingerprint: undefined, ...login, at }, this.#grants.ofKey(login.fingerprint)),
    )
    const served = this.#processes.find(child)
    const sessionId = this.#book.idOf(login)
    if (served === undefined || child === pid) return
    if (this.#book.find(sessionId)?.child?.pid !== child) {
      this.#book.servedBy(sessionId, { pid: child, start: served.start })
    }
  }

  #takeLogin(login: Login, match: LoginMatch): void {
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
    if (session.child !== undefined || session.uid === 0) return
    const child = findChild(session.pid, this.#processes)
    if (child !== undefined) this.#book.servedBy(session.sessionId, child)
  }

  #search(): readonly RunningSession[] {
    const now = performance.now()
    const every = SEARCH_EVERY_MS[this.#hasHook() ? 'hook' : 'noHook']
    if (now - this.#searchedAt < every) return []
    this.#searchedAt = now
    return findSessions(this.#processes)
  }

  #hasHook(): boolean {
    return !this.#isHookDeaf && existsSync(this.#parts.hook)
  }

  async #uidOf(osUser: string): Promise<number | undefined> {
    try {
      return (await this.#parts.accounts.find(osUser))?.uid
    } catch (failure) {
      this.#parts.log.warn('account-unknown', { osUser, reason: reason(failure) })
      return undefined
    }
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

  /** Before anything of it is sent: what the server was told of must not be new to the next run of the agent. */
  #keep(): void {
    const { state, log } = this.#parts
    const { position } = this.#log
    const kept = `${this.#book.revision} ${JSON.stringify(position)}`
    if (kept === this.#kept) return
    try {
      writeBook(state, { ...this.#book.state, position, writtenAt: this.#wallNow() })
      this.#kept = kept
      this.#isKept = true
    } catch (failure) {
      // A full disk: what it says is told all the same, and once more should the agent die now. Said once, tried again at each look.
      if (this.#isKept) log.error('sessions-not-kept', { reason: reason(failure) })
      this.#isKept = false
    }
  }

  /** When an agent last looked in this boot, as it left it in the file system: milliseconds since 1970. */
  #lastSeen(): number {
    const found = statSync(`${this.#parts.logins}/seen`, { throwIfNoEntry: false })
    return Math.floor(found?.mtimeMs ?? 0)
  }

  /** Nothing depends on it: without it, an end while no agent looked is told of a longer span of time. */
  #touch(): void {
    const path = `${this.#parts.logins}/seen`
    const now = this.#wallNow() / 1000
    try {
      mkdirSync(this.#parts.logins, { recursive: true, mode: 0o700 })
      closeSync(openSync(path, 'a', 0o600))
      utimesSync(path, now, now)
    } catch {
      // The file system is full, or gone.
    }
  }
}

/** As the wire wants it, and no more: names of accounts are shown to people. */
const isPlain = (osUser: string) => /^[!-~]{1,128}$/.test(osUser)
