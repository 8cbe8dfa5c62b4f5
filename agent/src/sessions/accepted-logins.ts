import { isOneOf, LOGIN_METHODS } from '@fleetkey/domain/ssh-session'
import type { HeardWord, SshdWord } from '../sshd-words/sshd-word.ts'
import type { Login } from './session-book.ts'

type Accepted = HeardWord & { readonly word: Extract<SshdWord, { readonly kind: 'accepted' }> }

const MAX_KEPT = 256

/** What sshd said of the logins that it accepted last, by its process: for sessions of which no hook tells. */
export class AcceptedLogins {
  readonly #byPid = new Map<number, Accepted>()

  /** Whether it says that a login was accepted, and by which process. */
  hear(heard: HeardWord): boolean {
    if (!isAccepted(heard) || heard.pid === undefined) return false
    this.#byPid.delete(heard.pid)
    this.#byPid.set(heard.pid, heard)
    const [oldest] = this.#byPid.keys()
    if (this.#byPid.size > MAX_KEPT && oldest !== undefined) this.#byPid.delete(oldest)
    return true
  }

  /**
   * How sshd's process let them in, and when, in hundredths of a second since boot; nothing, where it was not heard. What an earlier process of
   * this number did is another login.
   */
  of(
    pid: number,
    start: string,
  ): Pick<Login, 'method' | 'seenBy' | 'fingerprint' | 'address' | 'port'> & {
    readonly at: number
  } {
    const heard = this.#byPid.get(pid)
    if (heard === undefined || heard.bootAt < Number(start)) {
      return { method: 'unknown', seenBy: 'processes', at: Number(start) }
    }
    const { method, fingerprint, address, port } = heard.word
    const plain = method.replace(/\/.*/, '')
    return {
      method: isOneOf(LOGIN_METHODS, plain) ? plain : 'unknown',
      seenBy: 'words',
      address,
      port,
      at: heard.bootAt,
      ...(fingerprint === undefined ? {} : { fingerprint }),
    }
  }
}

const isAccepted = (heard: HeardWord): heard is Accepted => heard.word.kind === 'accepted'
