import type { KeyReceipt, OfferReceipt, RefusalReceipt } from '@fleetkey/wire/agent/receipts'
import type { OfferNote } from './deliveries/notes.ts'
import type { LiveKey } from './delivery.ts'
import { sha256 } from './ed25519.ts'
import { forgetOldest } from './forget-oldest.ts'

export interface ReceiptsOptions {
  readonly bootId: string
  /** The live key that an offer matches. */
  readonly find: (osUser: string, fingerprint: string) => LiveKey | undefined
}

/** As many as fit in one message of the link, with room to spare; those with long sentences are fewer. */
const BATCH = { receipts: 32, characters: 12_000 }
/** A host that cannot reach its server keeps the newest of these, and those of grants before those of anybody's keys: whoever reaches sshd can offer any. */
const MAX_PENDING = 1024
/** sshd asks twice for the key that logs in, and clients try their keys again and again: one receipt for each key in this time. */
const REPEAT_MS = 60_000
/** Different causes that are told of one grant: whoever tries on in vain must not fill the trail. */
const MAX_REFUSALS = 8

/**
 * Offers become receipts, which are sent until the server says that they are durable. A receipt's id follows from what it says, so the
 * same offer reported twice (the agent died in between) is the same receipt.
 */
export class Receipts {
  readonly #options: ReceiptsOptions
  readonly #pending = new Map<string, KeyReceipt>()
  /** When a key was last offered, by whether a grant explains it. */
  readonly #lastSeen = { known: new Map<string, number>(), strange: new Map<string, number>() }
  readonly #refused = new Map<string, Set<string>>()
  #dropped = 0

  constructor(options: ReceiptsOptions) {
    this.#options = options
  }

  /** How many were lost because the server could not be reached for too long. */
  get dropped(): number {
    return this.#dropped
  }

  offered(notes: readonly Pick<OfferNote, 'at' | 'osUser' | 'fingerprint'>[]): void {
    for (const { at, osUser, fingerprint } of notes) {
      const grantId = this.#options.find(osUser, fingerprint)?.grantId
      const lastSeen = this.#lastSeen[grantId === undefined ? 'strange' : 'known']
      if (isRepeat(lastSeen, offerName(osUser, fingerprint, grantId), at)) continue
      const known = grantId === undefined ? {} : { grantId }
      this.#add({ at, kind: 'offered', osUser, fingerprint, ...known })
    }
  }

  /** The key's time is over: a receipt only when nobody ever offered it. */
  expired({ osUser, fingerprint, grantId }: LiveKey, at: number): void {
    if (this.#lastSeen.known.delete(offerName(osUser, fingerprint, grantId))) return
    this.#add({ at, kind: 'expired-unused', osUser, fingerprint, grantId })
  }

  /** sshd refused a login of the grant: once for each cause, and no more than MAX_REFUSALS of one grant. */
  refused(refusal: Omit<RefusalReceipt, 'receiptId' | 'kind'>): void {
    const { grantId, cause } = refusal
    const told = this.#refused.get(grantId) ?? new Set()
    if (told.has(cause) || told.size >= MAX_REFUSALS) return
    this.#refused.delete(grantId)
    this.#refused.set(grantId, told.add(cause))
    forgetOldest(this.#refused, MAX_PENDING)
    this.#add({ kind: 'refused', ...refusal })
  }

  /** The oldest that are not durable yet, of grants first: somebody may wait for these. */
  batch(): readonly KeyReceipt[] {
    let left = BATCH.characters
    const { known = [], strange = [] } = Object.groupBy(this.#pending.values(), kindOf)
    return [...known, ...strange]
      .slice(0, BATCH.receipts)
      .filter((receipt, place) => (left -= JSON.stringify(receipt).length) >= 0 || place === 0)
  }

  stored(receiptIds: readonly string[]): void {
    for (const id of receiptIds) this.#pending.delete(id)
  }

  #add(receipt: Omit<OfferReceipt, 'receiptId'> | Omit<RefusalReceipt, 'receiptId'>): void {
    const { at, kind, osUser, fingerprint, grantId = '' } = receipt
    const because = kind === 'refused' ? [receipt.cause] : []
    const said = [this.#options.bootId, at, kind, osUser, fingerprint, grantId, ...because].join(
      '\n',
    )
    const receiptId = sha256(said).toString('hex').slice(0, 32)
    this.#pending.set(receiptId, { receiptId, ...receipt })
    if (this.#pending.size <= MAX_PENDING) return
    const pending = () => this.#pending.values()
    const [oldest] = pending()
    const least = pending().find((one) => kindOf(one) === 'strange') ?? oldest
    if (least !== undefined && this.#pending.delete(least.receiptId)) this.#dropped++
  }
}

const kindOf = ({ grantId }: { readonly grantId?: string }) =>
  grantId === undefined ? 'strange' : 'known'

function isRepeat(lastSeen: Map<string, number>, name: string, at: number): boolean {
  const before = lastSeen.get(name)
  if (before !== undefined && at - before < REPEAT_MS) return true
  lastSeen.delete(name)
  lastSeen.set(name, at)
  forgetOldest(lastSeen, MAX_PENDING)
  return false
}

const offerName = (osUser: string, fingerprint: string, grantId = '') =>
  `${osUser}\n${fingerprint}\n${grantId}`
