import { Worker } from 'node:worker_threads'
import { StoreFailed } from '../store.ts'
import type { Call } from './queries.ts'
import type { Answer, Request, Result } from './thread-messages.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The main thread's end of a worker: calls go out once per turn of the event loop and are answered in order. */
export class QueryThread {
  readonly #worker: Worker
  readonly #exited: Promise<unknown>
  readonly #onFailed: (error: StoreFailed) => void
  readonly #opened = Promise.withResolvers<void>()
  readonly #waiting: Waiting[] = []
  #unsent: Call[] = []
  #securityVersion = 0
  #end: Error | undefined

  private constructor(worker: Worker, onFailed: (error: StoreFailed) => void) {
    this.#worker = worker
    this.#onFailed = onFailed
    this.#exited = new Promise((resolve) => worker.on('exit', resolve))
    worker.on('message', (answer: Answer) => this.#take(answer))
    worker.on('error', (error) => this.#fail(String(error)))
    worker.on('exit', () => this.#fail('its thread ended'))
  }

  /** Rejects with the thread's own reason when it cannot serve `file`; `onFailed` is told when it stops later. */
  static async start(
    script: URL,
    file: string,
    onFailed: (error: StoreFailed) => void,
  ): Promise<QueryThread> {
    const thread = new QueryThread(new Worker(script, { workerData: file }), onFailed)
    await thread.#opened.promise
    return thread
  }

  /** As of the last answered commit; already true when the promise of that write settles. */
  get securityVersion(): number {
    return this.#securityVersion
  }

  readonly call = (call: Call): Promise<unknown> => {
    if (this.#end !== undefined) return Promise.reject(this.#end)
    if (this.#unsent.length === 0) setImmediate(() => this.#send())
    this.#unsent.push(call)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
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
        return this.#opened.resolve()
      case 'done':
        this.#securityVersion = answer.securityVersion ?? this.#securityVersion
        return this.#settle(answer.results)
      case 'refused':
        return this.#settle(Array.from({ length: answer.count }, () => ({ error: answer.message })))
      case 'failed':
        return this.#fail(answer.message)
    }
  }

  #settle(results: readonly Result[]): void {
    const settled = this.#waiting.splice(0, results.length)
    for (const [index, { resolve, reject }] of settled.entries()) {
      const result = results[index]
      if (result !== undefined && 'value' in result) resolve(result.value)
      else reject(new Error(result?.error ?? 'no result'))
    }
  }

  #fail(message: string): void {
    const error = new StoreFailed(message)
    this.#opened.reject(new Error(message))
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    if (this.#end !== undefined) return
    this.#end = error
    this.#onFailed(error)
  }

  /** Answers what was asked before, and nothing after; its thread ends once `others` have. */
  async close(others?: Promise<void>): Promise<void> {
    if (this.#end === undefined) {
      this.#end = new StoreFailed('it was closed')
      this.#send()
      await others
      this.#post({ kind: 'close' })
    }
    await this.#exited
  }
}
