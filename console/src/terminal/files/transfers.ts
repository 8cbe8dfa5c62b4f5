import { acrossSessions } from '../../api/across-sessions.ts'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'

/** A file on its way, or whose way is over. */
export interface Transfer {
  readonly id: number
  /** An archive is packed by the host as it comes, so that it begins anew when it broke off. */
  readonly kind: 'upload' | 'download' | 'archive'
  /** Path on the host; of an archive what it will be called. */
  readonly path: string
  /** Bytes of the whole; of an archive about so many, once they are counted. */
  readonly size: number | undefined
  readonly done: number
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly refusal: ApiRefusal | undefined
  /** What is to be known of one that is done: what is not in an archive, say. */
  readonly notes: readonly string[]
}

/** Moves a file. Called again after a failure, it goes on where it was. What it resolves with are notes. */
export type Move = (moving: {
  readonly signal: AbortSignal
  readonly onProgress: (bytes: number) => void
  readonly onSize: (bytes: number) => void
}) => Promise<readonly string[]>

/** More at a time do not get there sooner over one SSH connection. */
const AT_ONCE = 2

interface Kept {
  transfer: Transfer
  readonly move: Move
  readonly giveUp: () => Promise<void>
  stop: AbortController
  isGivenUp: boolean
}

/** The transfers of a terminal: some at a time, each of which can be cancelled, and gone on with. */
export class Transfers {
  readonly #kept = new Map<number, Kept>()
  readonly #listeners = new Set<() => void>()
  #list: readonly Transfer[] = []
  #nextId = 1

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Newest first. */
  readonly list = (): readonly Transfer[] => this.#list

  /** @param giveUp is done when it was broken off and nobody wants to go on any more. What it rejects with says what is left */
  add(
    facts: Pick<Transfer, 'kind' | 'path' | 'size'>,
    move: Move,
    giveUp: () => Promise<void> = () => Promise.resolve(),
  ): void {
    const id = this.#nextId++
    const began = { done: 0, state: 'waiting', refusal: undefined, notes: [] } as const
    const transfer: Transfer = { ...facts, id, ...began }
    this.#kept.set(id, {
      transfer,
      move,
      giveUp,
      stop: new AbortController(),
      isGivenUp: false,
    })
    this.#tell()
    this.#startNext()
  }

  cancel(id: number): void {
    const kept = this.#kept.get(id)
    if (kept === undefined) return
    kept.stop.abort()
    if (kept.transfer.state === 'waiting') this.#change(kept, { state: 'cancelled' })
  }

  /** Those that run or wait. */
  cancelAll(): void {
    // The waiting ones first: each that ends makes place for one of them.
    for (const { transfer } of [...this.#kept.values()].toReversed()) {
      if (transfer.state === 'running' || transfer.state === 'waiting') this.cancel(transfer.id)
    }
  }

  /** Goes on with all that failed or were cancelled. */
  resumeAll(): void {
    for (const { transfer } of this.#kept.values()) {
      if (transfer.state === 'failed' || transfer.state === 'cancelled') this.resume(transfer.id)
    }
  }

  /** Whether something is on its way, of one kind or of any. */
  isMoving(kind?: Transfer['kind']): boolean {
    return [...this.#kept.values()].some(
      ({ transfer: { kind: each, state } }) =>
        (kind ?? each) === each && (state === 'running' || state === 'waiting'),
    )
  }

  /** Goes on where it was. */
  resume(id: number): void {
    const kept = this.#kept.get(id)
    if (kept === undefined) return
    kept.stop = new AbortController()
    kept.isGivenUp = false
    this.#change(kept, { state: 'waiting', refusal: undefined })
    this.#startNext()
  }

  /** Takes those off the list that are over; one of which something could not be given up only when it is told to again. */
  tidy(): void {
    for (const [id, kept] of this.#kept) {
      const { state } = kept.transfer
      if (state === 'running' || state === 'waiting') continue
      if (state !== 'done' && !kept.isGivenUp) void this.#giveUp(id, kept)
      else {
        this.#kept.delete(id)
        if (state !== 'done') kept.giveUp().catch(() => {})
      }
    }
    this.#tell()
  }

  async #giveUp(id: number, kept: Kept): Promise<void> {
    kept.isGivenUp = true
    try {
      await kept.giveUp()
      this.#kept.delete(id)
      this.#tell()
    } catch (error) {
      this.#change(kept, { state: 'failed', refusal: asRefusal(error) })
    }
  }

  #startNext(): void {
    const all = [...this.#kept.values()]
    const running = all.filter(({ transfer }) => transfer.state === 'running').length
    const waiting = all.filter(({ transfer }) => transfer.state === 'waiting')
    for (const kept of waiting.slice(0, AT_ONCE - running)) void this.#run(kept)
  }

  async #run(kept: Kept): Promise<void> {
    const { signal } = kept.stop
    this.#change(kept, { state: 'running' })
    try {
      const moving = {
        signal,
        onProgress: (done: number) => this.#change(kept, { done }),
        onSize: (size: number) => this.#change(kept, { size }),
      }
      const notes = await acrossSessions(() => kept.move(moving), signal)
      const { size, done, kind } = kept.transfer
      this.#change(kept, { state: 'done', notes, done: kind === 'archive' ? done : (size ?? done) })
    } catch (error) {
      this.#change(
        kept,
        signal.aborted ? { state: 'cancelled' } : { state: 'failed', refusal: asRefusal(error) },
      )
    }
    this.#startNext()
  }

  #change(kept: Kept, change: Partial<Transfer>): void {
    kept.transfer = { ...kept.transfer, ...change }
    this.#tell()
  }

  #tell(): void {
    this.#list = [...this.#kept.values()].map(({ transfer }) => transfer).toReversed()
    for (const listener of this.#listeners) listener()
  }
}
