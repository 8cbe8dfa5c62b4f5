import { Worker } from 'node:worker_threads'
import { CHAIN_START, type ChainLink } from '@fleetkey/domain/trail-chain'
import { StoreClosed, StoreUnavailable } from '../store.ts'
import type { Call } from './queries.ts'
import type { Answer, Opening, Request, Result } from './thread-messages.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  /** By the clock that nobody sets. */
  readonly since: number
}

export interface ThreadOptions {
  readonly script: URL
  readonly opening: Opening
  /** How long an answer may take, in milliseconds, before it is given up and nothing more is asked until it has come. */
  readonly patienceMs: number
  /** It ended by itself: what was under way is in doubt, and nothing more will be answered. */
  readonly onLost: (reason: string) => void
  /** It does not answer, or does again. */
  readonly onStalled?: (isStalled: boolean) => void
}

const LOOK_EVERY_MS = 250

/** The main thread's end of a worker: calls go out once per turn of the event loop and are answered in order. */
export class QueryThread {
  readonly #worker: Worker
  readonly #options: ThreadOptions
  readonly #opened = Promise.withResolvers<void>()
  readonly #waiting: Waiting[] = []
  readonly exited: Promise<unknown>
  #unsent: Call[] = []
  #securityVersion = 0
  #head = CHAIN_START
  #end: Error | undefined
  #isStalled = false
  #watch: NodeJS.Timeout | undefined

  private constructor(worker: Worker, options: ThreadOptions) {
    this.#worker = worker
    this.#options = options
    this.exited = new Promise((resolve) => worker.on('exit', resolve))
    worker.on('message', (answer: Answer) => this.#take(answer))
    worker.on('error', (error) => this.#fail(String(error)))
    worker.on('exit', () => this.#fail('its thread ended'))
  }

  /** Rejects with the thread's own reason when it cannot serve the file. */
  static async start(options: ThreadOptions): Promise<QueryThread> {
    const worker = new Worker(options.script, { workerData: options.opening })
    const thread = new QueryThread(worker, options)
    try {
      await thread.#opened.promise
      return thread
    } catch (error) {
      await thread.exited
      throw error
    }
  }

  /** As of the last answered commit; already true when the promise of that write settles. */
  get securityVersion(): number {
    return this.#securityVersion
  }

  /** It has ended, or will, and answers nothing more. */
  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** The last record that was acknowledged. */
  get head(): ChainLink {
    return this.#head
  }

  readonly call = (call: Call): Promise<unknown> => {
    if (this.#end !== undefined) return Promise.reject(this.#end)
    if (this.#isStalled) return Promise.reject(stalled({ inDoubt: false }))
    if (this.#unsent.length === 0) setImmediate(() => this.#send())
    this.#unsent.push(call)
    this.#watch ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
    return new Promise((resolve, reject) =>
      this.#waiting.push({ resolve, reject, since: performance.now() }),
    )
  }

  #send(): void {
    if (this.#unsent.length === 0) return
    this.#post({ kind: 'calls', calls: this.#unsent })
    this.#unsent = []
  }

  #post(request: Request): void {
    this.#worker.postMessage(request)
  }

  #take(answer: Answer): void {
    switch (answer.kind) {
      case 'open':
        this.#securityVersion = answer.securityVersion
        this.#head = answer.head
        return this.#opened.resolve()
      case 'done':
        this.#securityVersion = answer.securityVersion ?? this.#securityVersion
        this.#head = answer.head ?? this.#head
        return this.#settle(answer.results)
      case 'refused': {
        const error = new StoreUnavailable(answer.message, { inDoubt: false })
        return this.#settle(Array.from({ length: answer.count }, () => error))
      }
      case 'failed':
        return this.#fail(answer.message)
    }
  }

  #settle(results: readonly (Result | StoreUnavailable)[]): void {
    const settled = this.#waiting.splice(0, results.length)
    for (const [index, { resolve, reject }] of settled.entries()) {
      const result = results[index]
      if (result instanceof StoreUnavailable) reject(result)
      else if (result !== undefined && 'unavailable' in result) {
        reject(new StoreUnavailable(result.unavailable, { inDoubt: false }))
      } else if (result !== undefined && 'value' in result) resolve(result.value)
      else reject(new Error(result?.error ?? 'no result'))
    }
    if (this.#waiting.length === 0) this.#stopLooking()
    this.#look()
  }

  /** Gives up what has waited too long. Its answer is still counted when it comes, so that those behind it get their own. */
  #look(): void {
    const [oldest] = this.#waiting
    const isStalled =
      oldest !== undefined && performance.now() - oldest.since > this.#options.patienceMs
    if (isStalled) {
      for (const { reject } of this.#waiting) reject(stalled({ inDoubt: true }))
    }
    if (isStalled === this.#isStalled) return
    this.#isStalled = isStalled
    this.#options.onStalled?.(isStalled)
  }

  #stopLooking(): void {
    clearInterval(this.#watch)
    this.#watch = undefined
  }

  #fail(reason: string): void {
    this.#opened.reject(new Error(reason))
    this.#stopLooking()
    const isKnown = this.#end !== undefined
    this.#end ??= new StoreUnavailable(reason, { inDoubt: false })
    const inDoubt = isKnown ? this.#end : doubtful(reason)
    for (const { reject } of this.#waiting.splice(0)) reject(inDoubt)
    if (!isKnown) this.#options.onLost(reason)
  }

  /** Answers what was asked before, and nothing after; its thread ends once `others` have. */
  async close(others?: Promise<void>): Promise<void> {
    await this.#finish(new StoreClosed(), others)
  }

  /** The same for a thread that another will follow: what is asked meanwhile may be asked again. */
  abandon(reason: string): void {
    void this.#finish(new StoreUnavailable(reason, { inDoubt: false }))
  }

  async #finish(end: Error, others?: Promise<void>): Promise<void> {
    if (this.#end === undefined) {
      this.#end = end
      this.#send()
      await others
      this.#post({ kind: 'close' })
    }
    await this.exited
  }
}

const doubtful = (reason: string) => new StoreUnavailable(reason, { inDoubt: true })

const stalled = (doubt: { readonly inDoubt: boolean }) =>
  new StoreUnavailable('the disk of the database does not answer', doubt)
