import { randomBytes } from 'node:crypto'
import { TUNNEL_ORDER_TTL_MS, type TunnelOrder } from '@fleetkey/wire/agent/tunnel-statements'

/** What of an order says that it is not an old one. */
export type LinkOrder = Pick<TunnelOrder, 'linkNonce' | 'tunnelId' | 'issuedAt'>

/** So many orders a minute on one link are more than any server sends; the next is refused rather than one forgotten too early. */
const MAX_REMEMBERED = 16_384

/**
 * Keeps orders from counting twice, without comparing clocks: an order carries the nonce that this agent made for the link that it comes
 * over, so that none of an earlier link counts, and on one link the server's own times say which are so old that they need not be
 * remembered.
 */
export class OrderFreshness {
  #linkNonce = ''
  #newest = 0
  /** By tunnel id, oldest first: when they were signed. */
  readonly #seen = new Map<string, number>()

  /** A nonce for the link that opens now: 128 random bits, hexadecimal. */
  openLink(): string {
    this.#linkNonce = randomBytes(16).toString('hex')
    this.#newest = 0
    this.#seen.clear()
    return this.#linkNonce
  }

  /** True once at most for each order. */
  consume({ linkNonce, tunnelId, issuedAt }: LinkOrder): boolean {
    if (this.#linkNonce === '' || linkNonce !== this.#linkNonce || this.#seen.has(tunnelId)) {
      return false
    }
    const newest = Math.max(this.#newest, issuedAt)
    if (issuedAt < newest - TUNNEL_ORDER_TTL_MS) return false
    for (const [id, signedAt] of this.#seen) {
      if (signedAt >= newest - TUNNEL_ORDER_TTL_MS) break
      this.#seen.delete(id)
    }
    if (this.#seen.size >= MAX_REMEMBERED) return false
    this.#newest = newest
    this.#seen.set(tunnelId, issuedAt)
    return true
  }
}
