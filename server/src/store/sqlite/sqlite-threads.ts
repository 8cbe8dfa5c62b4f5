import { access } from 'node:fs/promises'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import type { Call } from './queries.ts'
import { QueryThread } from './query-thread.ts'

/** What befalls the database while it is served. */
export type StoreTrouble =
  /** It cannot be used any more: it is opened anew, again and again, until that succeeds. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** Opening it anew failed, for another reason than before. */
  | { readonly kind: 'not yet'; readonly reason: string }
  | { readonly kind: 'stalled' }
  | { readonly kind: 'back' }

/** A write that takes longer fails; some hundred times what a bad disk takes. */
const WRITE_PATIENCE_MS = 5000
/** Long searches keep others waiting. */
const READ_PATIENCE_MS = 30_000
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5000

/**
 * The writer and the readers of one database, for as long as the process lives. When an error leaves in doubt what is on the disk, the
 * writer's thread ends and the file is opened anew, as after a restart: only that reads what is really there. Until then writes are
 * refused; the old readers answer as long as they can.
 */
export class SqliteThreads {
  readonly #file: string
  readonly #onTrouble: (trouble: StoreTrouble) => void
  #writer: QueryThread
  #readers: Readers
  #closing = false
  #mending: Promise<void> | undefined
  #wake: (() => void) | undefined

  private constructor(parts: {
    readonly file: string
    readonly onTrouble: (trouble: StoreTrouble) => void
    readonly writer: QueryThread
    readonly readers: Readers
  }) {
    this.#file = parts.file
    this.#onTrouble = parts.onTrouble
    this.#writer = parts.writer
    this.#readers = parts.readers
  }

  /** Rejects with the reason when the file cannot be served. */
  static async start(
    file: string,
    onTrouble: (trouble: StoreTrouble) => void,
  ): Promise<SqliteThreads> {
    let opened: SqliteThreads | undefined
    const events: ThreadEvents = {
      lost(reason) {
        if (opened !== undefined) opened.#lost(reason)
      },
      told: onTrouble,
    }
    const writer = await startWriter(file, undefined, events)
    const readers = await startReaders(file, events).catch(async (error: unknown) => {
      await writer.close()
      throw error
    })
    return (opened = new SqliteThreads({ file, onTrouble, writer, readers }))
  }

  get securityVersion(): number {
    return this.#writer.securityVersion
  }

  readonly read = (call: Call): Promise<unknown> => this.#readers.lookUp.call(call)
  readonly search = (call: Call): Promise<unknown> => this.#readers.search.call(call)
  readonly write = (call: Call): Promise<unknown> => this.#writer.call(call)

  #lost(reason: string): void {
    // While it is being opened anew, whatever is lost again is noticed there.
    if (this.#closing || this.#mending !== undefined) return
    this.#onTrouble({ kind: 'lost', reason })
    this.#mending = this.#mend().finally(() => (this.#mending = undefined))
  }

  async #mend(): Promise<void> {
    let reason: string | undefined
    let wait = FIRST_WAIT_MS
    while (!this.#closing) {
      await this.#pause(wait)
      wait = Math.min(2 * wait, LONGEST_WAIT_MS)
      if (this.#closing) return
      try {
        await this.#openAnew()
        if (this.#threads().some((thread) => thread.isOver)) throw new Error('it was lost again')
        return this.#onTrouble({ kind: 'back' })
      } catch (error) {
        const now = error instanceof Error ? error.message : String(error)
        if (now !== reason) this.#onTrouble({ kind: 'not yet', reason: now })
        reason = now
        // A disk that was taken away is busy, and cannot be brought back, for as long as anybody has a file of it open.
        if (!(await isThere(this.#file))) {
          this.#readers.lookUp.abandon(now)
          this.#readers.search.abandon(now)
        }
      }
    }
  }

  /** The writer first: it alone tells whether this is the database that was lost. */
  async #openAnew(): Promise<void> {
    const events: ThreadEvents = {
      lost: (reason) => this.#lost(reason),
      told: this.#onTrouble,
    }
    let writer = this.#writer
    if (writer.isOver) {
      // Its connection must be closed before another can lock the file.
      await writer.exited
      writer = await startWriter(this.#file, writer.head, events)
    }
    const readers = await startReaders(this.#file, events).catch(async (error: unknown) => {
      if (writer !== this.#writer) await writer.close()
      throw error
    })
    void closed(this.#readers)
    this.#writer = writer
    this.#readers = readers
  }

  #threads(): readonly QueryThread[] {
    return [this.#writer, this.#readers.lookUp, this.#readers.search]
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#wake?.()
    await this.#mending
    // The writer last: the last one out moves the log into the database.
    await this.#writer.close(closed(this.#readers))
  }
}

/** Long searches have a thread of their own. */
interface Readers {
  readonly lookUp: QueryThread
  readonly search: QueryThread
}

async function startReaders(file: string, events: ThreadEvents): Promise<Readers> {
  const started = await Promise.allSettled([startReader(file, events), startReader(file, events)])
  const [lookUp, search] = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  if (lookUp !== undefined && search !== undefined) return { lookUp, search }
  await lookUp?.close()
  throw started.find((one) => one.status === 'rejected')?.reason
}

async function closed({ lookUp, search }: Readers): Promise<void> {
  await Promise.all([lookUp.close(), search.close()])
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

interface ThreadEvents {
  readonly lost: (reason: string) => void
  readonly told: (trouble: StoreTrouble) => void
}

function startWriter(
  file: string,
  acknowledged: ChainLink | undefined,
  { lost, told }: ThreadEvents,
): Promise<QueryThread> {
  return QueryThread.start({
    script: new URL('./writer.ts', import.meta.url),
    opening: { file, acknowledged },
    patienceMs: WRITE_PATIENCE_MS,
    onLost: lost,
    onStalled: (isStalled) => told({ kind: isStalled ? 'stalled' : 'back' }),
  })
}

function startReader(file: string, { lost }: ThreadEvents): Promise<QueryThread> {
  return QueryThread.start({
    script: new URL('./reader.ts', import.meta.url),
    opening: { file, acknowledged: undefined },
    patienceMs: READ_PATIENCE_MS,
    onLost: lost,
  })
}
