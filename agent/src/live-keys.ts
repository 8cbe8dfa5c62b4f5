import {
  expiryTime,
  grantDeadline,
  isLive,
  MAX_LIVE_GRANTS_PER_HOST,
  MAX_LIVE_GRANTS_PER_USER,
} from '@fleetkey/domain/grant'
import { sshFingerprint } from '@fleetkey/wire/ssh/public-key'
import type { BootClock } from './boot-clock.ts'
import { DeliveryFailed, type Delivery, type LiveKey, type ManagedKeyOnHost } from './delivery.ts'
import { sha256 } from './ed25519.ts'
import type { VerifiedGrant } from './grant-checks.ts'
import { GrantRefusal, notValid } from './grant-refusal.ts'
import { reason, type Log } from './log.ts'
import { within } from './within.ts'

export interface LiveKeysOptions {
  readonly delivery: Pick<Delivery, 'install' | 'remove'>
  readonly clock: BootClock
  readonly log: Log
  /** After every change of the list. */
  readonly onChange?: () => void
  /** A key may log in. `from`: the boot clock, in hundredths of a second, before it could. */
  readonly onInstalled?: (key: LiveKey, from: number) => void
  /** A key's time is over and it was taken away. */
  readonly onExpired?: (key: LiveKey) => void
  /** How long a delivery may take, in milliseconds. */
  readonly installLimitMs?: number
  /** How often deadlines are compared with the clock while a key is live: setTimeout alone does not count the host's sleep. */
  readonly sweepMs?: number
}

export interface GrantToInstall extends VerifiedGrant {
  readonly managed?: ManagedKeyOnHost
}

interface Entry {
  readonly key: LiveKey
  /** False once it has to go, whatever its deadline. */
  wanted: boolean
  /** Its removal waits for its turn. */
  leaving: boolean
}

/** How many withdrawn grants are remembered, so that one which is still being checked is not installed after all. */
const MAX_WITHDRAWN = 1024

/**
 * The keys that this agent installed and has not taken away yet. One change of an account at a time, so that a removal cannot overtake the
 * install that it is for; each account for itself, as some deliveries wait for what its user does. What could not be removed stays in the
 * list and is tried again.
 */
export class LiveKeys {
  readonly #options: LiveKeysOptions
  readonly #entries = new Map<string, Entry>()
  readonly #withdrawn = new Set<string>()
  /** Of each account, what it waits for. */
  readonly #turns = new Map<string, Promise<unknown>>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: LiveKeysOptions) {
    this.#options = options
  }

  list(): readonly LiveKey[] {
    return [...this.#entries.values()].filter(({ wanted }) => wanted).map(({ key }) => key)
  }

  find(osUser: string, fingerprint: string): LiveKey | undefined {
    return this.list().find((key) => key.osUser === osUser && key.fingerprint === fingerprint)
  }

  /** Resolves when sshd takes the key. Throws a GrantRefusal, and then it does not, or not for longer than the removal takes. */
  install(verified: GrantToInstall): Promise<LiveKey> {
    const call = { abandoned: false }
    const installed = this.#inTurn(verified.grant.osUser, () => this.#install(verified, call))
    return within(this.#options.installLimitMs ?? 2500, installed, () => {
      call.abandoned = true
      return new GrantRefusal('delivery-failed', 'The host took too long to install the key.')
    })
  }

  /** Only ever takes away; a grant that is not here is remembered, because it may be on its way. */
  async revoke(grantId: string): Promise<void> {
    for (const oldest of this.#withdrawn) {
      if (this.#withdrawn.size < MAX_WITHDRAWN) break
      this.#withdrawn.delete(oldest)
    }
    this.#withdrawn.add(grantId)
    await this.#removeInTurn(grantId)
  }

  async removeAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((grantId) => this.#removeInTurn(grantId)))
  }

  async #install(
    { grant, key, managed }: GrantToInstall,
    call: { abandoned: boolean },
  ): Promise<LiveKey> {
    const { clock, delivery, onChange, onInstalled } = this.#options
    const from = clock.now()
    const fingerprint = sshFingerprint(key, sha256)
    if (call.abandoned || this.#withdrawn.has(grant.grantId) || this.#entries.has(grant.grantId)) {
      throw withdrawn()
    }
    const older = this.find(grant.osUser, fingerprint)
    this.#refuseBeyondCaps(grant.osUser, older)
    const liveKey: LiveKey = {
      grantId: grant.grantId,
      osUser: grant.osUser,
      uid: grant.uid,
      key,
      fingerprint,
      optionProfile: grant.optionProfile,
      bootId: clock.bootId,
      deadline: grantDeadline(from, grant.ttl),
      expiryTime: expiryTime(Date.now(), grant.ttl),
      ...(managed === undefined ? {} : { managed }),
    }
    // In the list before it is on the host: whatever happens from here on, it will be taken away.
    this.#entries.set(liveKey.grantId, { key: liveKey, wanted: true, leaving: false })
    this.#schedule()
    try {
      await delivery.install(liveKey)
      if (this.#withdrawn.has(liveKey.grantId)) throw withdrawn()
      if (call.abandoned || !this.#isLive(liveKey)) throw new Error('installed too late')
    } catch (failure) {
      await this.#remove(liveKey.grantId)
      throw asRefusal(failure)
    }
    onInstalled?.(liveKey, from)
    if (older !== undefined) this.#removeSoon(older.grantId)
    onChange?.()
    return liveKey
  }

  #refuseBeyondCaps(osUser: string, older: LiveKey | undefined): void {
    // also those that wait to be removed: they may still be on the host
    const others = [...this.#entries.values()].filter(({ key }) => key !== older)
    const ofUser = others.filter(({ key }) => key.osUser === osUser)
    if (ofUser.length >= MAX_LIVE_GRANTS_PER_USER) {
      throw new GrantRefusal(
        'too-many-grants',
        `The account "${osUser}" has ${ofUser.length} live keys already. Wait a minute.`,
      )
    }
    if (others.length >= MAX_LIVE_GRANTS_PER_HOST) {
      throw new GrantRefusal(
        'too-many-grants',
        `This host has ${others.length} live keys already. Wait a minute.`,
      )
    }
  }

  /** Out of the list at once, from the host in its turn: nobody waits for it. */
  #removeSoon(grantId: string): void {
    const entry = this.#entries.get(grantId)
    if (entry !== undefined) entry.wanted = false
    void this.#removeInTurn(grantId)
  }

  async #removeInTurn(grantId: string): Promise<void> {
    const osUser = this.#entries.get(grantId)?.key.osUser
    if (osUser !== undefined) await this.#inTurn(osUser, () => this.#remove(grantId))
  }

  async #remove(grantId: string): Promise<void> {
    const { delivery, log, onChange } = this.#options
    const entry = this.#entries.get(grantId)
    if (entry === undefined) return
    entry.wanted = false
    try {
      await delivery.remove(entry.key)
      this.#entries.delete(grantId)
    } catch (failure) {
      log.error('key-not-removed', {
        grantId,
        osUser: entry.key.osUser,
        reason: reason(failure),
      })
    }
    onChange?.()
  }

  #sweep(): void {
    for (const [grantId, entry] of this.#entries) {
      if (entry.leaving || (entry.wanted && this.#isLive(entry.key))) continue
      entry.leaving = true
      void this.#inTurn(entry.key.osUser, () => this.#sweepOut(grantId, entry))
    }
  }

  async #sweepOut(grantId: string, entry: Entry): Promise<void> {
    const { key, wanted } = entry
    await this.#remove(grantId)
    entry.leaving = false
    if (wanted && !this.#entries.has(grantId)) this.#options.onExpired?.(key)
  }

  /** Never true when the clock cannot be read. */
  #isLive(key: LiveKey): boolean {
    const { bootId } = this.#options.clock
    try {
      return isLive(key, { bootId, bootNow: this.#options.clock.now() })
    } catch {
      return false
    }
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#entries.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#sweep()
      this.#schedule()
    }, this.#untilSweep())
    this.#timer.unref()
  }

  /** Until the nearest deadline, within the sweep's own rhythm; what has passed its deadline and would not go is tried at that rhythm. */
  #untilSweep(): number {
    const { clock, sweepMs = 1000 } = this.#options
    try {
      const nearest = Math.min(...[...this.#entries.values()].map(({ key }) => key.deadline))
      const untilNearest = (nearest - clock.now()) * 10
      return untilNearest > 0 ? Math.min(sweepMs, untilNearest) : sweepMs
    } catch {
      return sweepMs
    }
  }

  #inTurn<Value>(osUser: string, work: () => Promise<Value>): Promise<Value> {
    const done = (this.#turns.get(osUser) ?? Promise.resolve()).then(work)
    const turn = done
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(osUser) === turn) this.#turns.delete(osUser)
      })
    this.#turns.set(osUser, turn)
    return done
  }
}

const withdrawn = () => notValid('The grant was withdrawn. Push again.')

function asRefusal(failure: unknown): GrantRefusal {
  if (failure instanceof GrantRefusal) return failure
  if (failure instanceof DeliveryFailed) {
    return new GrantRefusal('delivery-failed', failure.message, failure)
  }
  return new GrantRefusal(
    'delivery-failed',
    'The host could not install the key: see the log of its agent.',
    failure,
  )
}
