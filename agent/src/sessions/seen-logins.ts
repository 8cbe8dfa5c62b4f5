import { matchLogin, type LoginMatch } from '@fleetkey/domain/match-login'
import type { Accounts } from '../accounts.ts'
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

  ofProcess({ pid, start, uid, osUser }: RunningSession): SeenLogin {
    const { clock, accepted, grants, wallNow } = this.#parts
    const { at, ...told } = accepted.of(pid, start)
    // USER_HZ, which is 100 on every Linux that Node runs on, as /proc/uptime's hundredths are.
    const age = (clock.now() - Number(start)) * 10
    const startedAt = wallNow() - age
    const login: Login = { pid, start, osUser: shown(osUser), uid, ...told, startedAt }
    const match = matchLogin(
      { fingerprint: undefined, ...login, uid, at },
      grants.ofKey(login.fingerprint),
    )
    return { login, match }
  }

  async #uidOf(osUser: string): Promise<number | undefined> {
    try {
      return (await this.#parts.accounts.find(osUser))?.uid
    } catch (failure) {
      this.#parts.log.warn('account-unknown', { osUser, reason: reason(failure) })
      return undefined
    }
  }
}

/** As the wire wants it, and no more: names of accounts are shown to people. */
const shown = (osUser: string | undefined) =>
  osUser !== undefined && /^[!-~]{1,128}$/.test(osUser) ? osUser : '-'
