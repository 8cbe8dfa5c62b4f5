import type { KeyReceipt } from '@fleetkey/wire/agent/receipts'
import type { BootClock } from './boot-clock.ts'
import type { OfferNote } from './deliveries/notes.ts'
import type { LiveKey } from './delivery.ts'
import { reason, type Log } from './log.ts'
import { Refusals, type RefusalsOptions } from './reasons/refusals.ts'
import { Receipts } from './receipts.ts'

export interface KeyReportsParts {
  readonly clock: BootClock
  readonly log: Log
  /** See AgentParts. */
  readonly takeNotes?: (() => Promise<readonly OfferNote[]>) | undefined
  readonly reasons?: Pick<RefusalsOptions, 'words' | 'examine' | 'prepare'> | undefined
  readonly liveKeys: () => readonly LiveKey[]
  /** Where people are sent now. */
  readonly sshPort: () => number
  /** Over the link, if there is one: whether it was sent. */
  readonly send: (receipts: readonly KeyReceipt[]) => boolean
}

/** What the server is told of pushed keys: that sshd was offered them, why it refused, that nobody used them. */
export class KeyReports {
  readonly #parts: KeyReportsParts
  readonly #receipts: Receipts
  /** Absent where the agent says nothing of why a login is refused. */
  readonly refusals: Refusals | undefined
  /** Receipts that were sent over this link and are not yet durable: a server that is slow is not told again and again. */
  readonly #underWay = new Set<string>()
  readonly #expired = new Set<LiveKey>()
  #reporting: Promise<void> = Promise.resolve()

  constructor(parts: KeyReportsParts) {
    this.#parts = parts
    this.#receipts = new Receipts({
      bootId: parts.clock.bootId,
      find: (osUser, fingerprint) => this.#findGrant(osUser, fingerprint),
    })
    this.refusals = this.#openRefusals()
  }

  /** In turn, so that no note is taken twice. */
  take(): Promise<void> {
    const report = async () => {
      const notes = (await this.#parts.takeNotes?.()) ?? []
      if (notes.length === 0) return
      this.#receipts.offered(notes)
      this.refusals?.note(notes)
      this.send()
    }
    const done = this.#reporting.then(report)
    this.#reporting = done.catch(() => undefined)
    return done
  }

  /** Whether anybody used the key is known once the last notes were read, and until then they still lead to its grant. */
  async expired(key: LiveKey): Promise<void> {
    const { log, takeNotes, reasons } = this.#parts
    log.info('grant-expired', { grantId: key.grantId, osUser: key.osUser })
    // Where neither the helper nor sshd tells, nobody knows whether it was used.
    if (takeNotes === undefined && (reasons?.words.kind ?? 'none') === 'none') return
    this.#expired.add(key)
    try {
      await this.take()
      this.#receipts.expired(key, Date.now())
      this.send()
    } catch (failure) {
      log.error('notes-failed', { reason: reason(failure) })
    } finally {
      this.#expired.delete(key)
    }
  }

  /** What is waiting. */
  send(): void {
    const receipts = this.#receipts
      .batch()
      .filter(({ receiptId }) => !this.#underWay.has(receiptId))
    if (receipts.length === 0 || !this.#parts.send(receipts)) return
    for (const { receiptId } of receipts) this.#underWay.add(receiptId)
  }

  /** A new link: what was sent on the last one may not have come. */
  sendAgain(): void {
    this.#underWay.clear()
    this.send()
  }

  stored(receiptIds: readonly string[]): void {
    this.#receipts.stored(receiptIds)
    for (const id of receiptIds) this.#underWay.delete(id)
    this.send()
  }

  close(): void {
    this.refusals?.close()
  }

  #openRefusals(): Refusals | undefined {
    const { reasons, clock, sshPort, log } = this.#parts
    if (reasons === undefined) return undefined
    return new Refusals({
      ...reasons,
      clock,
      sshPort,
      takeNotes: () => this.take(),
      onOffered: (offer) => {
        this.#receipts.offered([offer])
        this.send()
      },
      onRefused: (refusal) => {
        this.#receipts.refused(refusal)
        this.send()
      },
      onFailure: (failure) => log.error('refusal-not-explained', { reason: reason(failure) }),
    })
  }

  #findGrant(osUser: string, fingerprint: string): LiveKey | undefined {
    const known = [...this.#parts.liveKeys(), ...this.#expired]
    return known.find((key) => key.osUser === osUser && key.fingerprint === fingerprint)
  }
}
