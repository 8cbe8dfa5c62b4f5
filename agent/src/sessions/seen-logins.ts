import { matchLogin, type LoginMatch } from '@fleetkey/domain/match-login'
import type { Account, Accounts } from '../accounts.ts'
import type { BootClock } from '../boot-clock.ts'
import { reason, type Log } from '../log.ts'
import type { AcceptedLogins } from './accepted-logins.ts'
import type { RunningSession } from './find-sessions.ts'
import type { LoginLine } from './login-line.ts'
import type { RecentGrants } from './recent-grants.ts'
import type { Login } from './session-book.ts'

export interface SeenLoginsParts {
  readonly clock: BootClock
  readonly accounts: Accounts
  readonly grants: Pick<RecentGrants, 'ofKey'>
  readonly accepted: Pick<AcceptedLogins, 'of'>
  readonly wallNow: () => number
  readonly log: Log
}

/** A login, and by which grant it is, or by none. */
export interface SeenLogin {
  readonly login: Login
  readonly match: LoginMatch
}

/** What the hook's lines and sshd's processes tell of logins. */
export class SeenLogins {
  readonly #parts: SeenLoginsParts

  constructor(parts: SeenLoginsParts) {
    this.#parts = parts
  }

  async ofLine(line: LoginLine): Promise<SeenLogin> {
    const { clock, grants, wallNow } = this.#parts
    const { pid, start, method, fingerprint, address, port } = line
    const osUser = shown(line.osUser)
    const uid = await this.#uidOf(osUser)
    const login: Login = {
      pid,
      start,
      osUser,
      method,
      seenBy: 'pam',
      startedAt: wallNow() - (clock.now() - line.at) * 10,
      ...(uid === undefined ? {} : { uid }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(address === undefined ? {} : { address }),
      ...(port === undefined ? {} : { port }),
    }
    return { login, match: matchLogin({ ...line, osUser, uid }, grants.ofKey(fingerprint)) }
  }

  async ofProcess({ pid, start, uid, osUser }: RunningSession): Promise<SeenLogin> {
    const { clock, accepted, grants, wallNow } = this.#parts
    const { at, ...told } = accepted.of(pid, start)
    // USER_HZ, which is 100 on every Linux that Node runs on, as /proc/uptime's hundredths are.
    const age = (clock.now() - Number(start)) * 10
    const startedAt = wallNow() - age
    const seen = { pid, start, osUser: shown(osUser), uid, ...told, startedAt }
    const login: Login = (await this.#isOwnName(seen)) ? seen : { ...seen, osUser: NO_NAME }
    const match = matchLogin(
      { fingerprint: undefined, ...seen, at },
      grants.ofKey(seen.fingerprint),
    )
    return { login, match }
  }

  async #uidOf(osUser: string): Promise<number | undefined> {
    return (await this.#account(osUser))?.uid
  }

  /** Null when there is none of that name, undefined when that is not known. */
  async #account(osUser: string): Promise<Account | null | undefined> {
    try {
      return (await this.#parts.accounts.find(osUser)) ?? null
    } catch (failure) {
      this.#parts.log.warn('account-unknown', { osUser, reason: reason(failure) })
      return undefined
    }
  }

  /**
   * Who may become another user there can give processes the look of a session of anybody's: the id is the kernel's word, the name is not. While
   * accounts cannot be asked for it stands.
   */
  async #isOwnName({ osUser, uid }: { readonly osUser: string; readonly uid: number }) {
    const account = await this.#account(osUser)
    return account === undefined || account?.uid === uid
  }
}

const NO_NAME = '-'

/** As the wire wants it, and no more: names of accounts are shown to people. */
const shown = (osUser: string | undefined) =>
  osUser !== undefined && /^[!-~]{1,128}$/.test(osUser) ? osUser : NO_NAME
