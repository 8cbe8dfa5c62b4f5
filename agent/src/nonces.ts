import { randomBytes } from 'node:crypto'
import { NONCE_TTL_MS } from '@fleetkey/domain/grant'
import type { BootClock } from './boot-clock.ts'
import { forgetOldest } from './forget-oldest.ts'

/** Far above what a busy host has under way in ten seconds; a flood of prepares drops its own oldest, never memory. */
const MAX_OUTSTANDING = 1024

/**
 * Numbers that this process gave out and will take back once, for the osUser that they were given for, within NONCE_TTL_MS. They are
 * what makes a grant fresh without comparing clocks, and they die with the process: nothing signed for an earlier run counts.
 */
export class Nonces {
  readonly #clock: Pick<BootClock, 'now'>
  readonly #outstanding = new Map<string, { readonly osUser: string; readonly issuedAt: number }>()

  constructor(clock: Pick<BootClock, 'now'>) {
    this.#clock = clock
  }

  /** 128 random bits, hexadecimal. */
  issue(osUser: string): string {
    const nonce = randomBytes(16).toString('hex')
    this.#outstanding.set(nonce, { osUser, issuedAt: this.#clock.now() })
    forgetOldest(this.#outstanding, MAX_OUTSTANDING)
    return nonce
  }

  /** Whether it was outstanding for that osUser. Whatever the answer, it no longer is. */
  consume(nonce: string, osUser: string): boolean {
    const given = this.#outstanding.get(nonce)
    this.#outstanding.delete(nonce)
    if (given === undefined || given.osUser !== osUser) return false
    return (this.#clock.now() - given.issuedAt) * 10 <= NONCE_TTL_MS
  }
}
