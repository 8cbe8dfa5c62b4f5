import { createHash } from 'node:crypto'
import { anchorOf, encodeAnchor } from '@fleetkey/wire/trail/anchor'
import { decodeDigest } from '@fleetkey/wire/trail/decode-digest'
import type { Digest } from '@fleetkey/wire/trail/digest'
import { relativeName } from '@fleetkey/wire/trail/object-names'
import type { StoredDigest } from '../../store/digest-store.ts'
import type { Store } from '../../store/store.ts'
import { readLogFile } from '../read-log-file.ts'
import type { DeliveredItem, Destination } from './destination.ts'

/** How one destination fares. Times are milliseconds since 1970. */
export interface DeliveryStatus {
  readonly destination: string
  readonly kind: Destination['kind']
  /** Number of the last digest that it has. */
  readonly delivered: number
  readonly deliveredAt: number | undefined
  /** Why the last try failed; undefined when it did not. */
  readonly error: string | undefined
}

export interface CourierLog {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 5 * 60_000

/**
 * Brings every digest to one destination, in order and at least once; where it stands is kept in the store. Nobody waits for it: what
 * cannot be delivered is tried again, later and later, until it is.
 */
export class Courier {
  readonly #store: Pick<Store, 'trail' | 'digests'>
  readonly #destination: Destination
  readonly #now: () => number
  readonly #log: CourierLog
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #wait = FIRST_WAIT_MS
  #isStopped = false
  #again = false
  #delivered = 0
  #deliveredAt: number | undefined
  #error: string | undefined

  constructor(parts: {
    readonly store: Pick<Store, 'trail' | 'digests'>
    readonly destination: Destination
    readonly now: () => number
    readonly log: CourierLog
  }) {
    this.#store = parts.store
    this.#destination = parts.destination
    this.#now = parts.now
    this.#log = parts.log
  }

  get status(): DeliveryStatus {
    const { name: destination, kind } = this.#destination
    const [delivered, deliveredAt, error] = [this.#delivered, this.#deliveredAt, this.#error]
    return { destination, kind, delivered, deliveredAt, error }
  }

  /** There may be something to deliver. Settles when all of it is, or when the first try failed. */
  async wake(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true
      return await this.#running
    }
    clearTimeout(this.#timer)
    this.#running = this.#run().finally(() => (this.#running = undefined))
    await this.#running
  }

  /** What is on its way is finished; nothing more is tried. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      do {
        this.#again = false
        while (!this.#isStopped && (await this.#deliverNext()));
      } while (this.#again && !this.#isStopped)
      if (this.#error !== undefined) {
        this.#log.info({ destination: this.#destination.name }, 'digests are delivered again')
      }
      this.#error = undefined
      this.#wait = FIRST_WAIT_MS
    } catch (error) {
      this.#error = messageOf(error)
      const facts = { destination: this.#destination.name, error: this.#error }
      this.#log.warn({ ...facts, againInMs: this.#wait }, 'a digest was not delivered')
      if (this.#isStopped) return
      this.#timer = setTimeout(() => void this.wake(), this.#wait).unref()
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS)
    }
  }

  /** False when there was none. */
  async #deliverNext(): Promise<boolean> {
    const { name } = this.#destination
    const [cursor, base] = await Promise.all([
      this.#store.digests.delivered(name),
      this.#store.digests.base(),
    ])
    // What was removed before this destination was named cannot be brought there any more.
    const after = Math.max(cursor, base.digestNumber)
    this.#delivered = after
    const [next] = await this.#store.digests.read(after, 1)
    if (next === undefined) return false
    await this.#destination.deliver(itemOf(this.#store, next))
    await this.#store.digests.noteDelivered(name, next.number)
    this.#delivered = next.number
    this.#deliveredAt = this.#now()
    return true
  }
}

function itemOf(store: Pick<Store, 'trail'>, stored: StoredDigest): DeliveredItem {
  const digest = decodeDigest(stored.digest)
  if (digest === undefined) throw new Error(`digest ${stored.number} is none`)
  const hash = createHash('sha256').update(stored.digest).digest('hex')
  return {
    logFiles: () => logFilesOf(store, digest),
    digest: { name: nameOf(digest.digestS3Object), content: stored.digest },
    signature: stored.signature,
    anchor: encodeAnchor(anchorOf(digest, { hash, signature: stored.signature })),
  }
}

async function* logFilesOf(store: Pick<Store, 'trail'>, { logFiles }: Digest) {
  for (const file of logFiles) {
    yield { name: nameOf(file.s3Object), content: await readLogFile(store, file) }
  }
}

function nameOf(object: string): string {
  const name = relativeName(object)
  if (name === undefined) throw new Error(`${object} is no name of CloudTrail's`)
  return name
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${cause}`
}
