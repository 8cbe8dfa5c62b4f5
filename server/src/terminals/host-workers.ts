import { terminalLimitExceeded } from '@fleetkey/domain/exceptions/terminals'
import type { HostSession, SessionListener } from './host-session.ts'
import { HostWorker } from './host-worker.ts'

/** A worker that does not answer for so long goes round in circles, and is stopped. */
const DEAD_AFTER_MS = 20_000

const THREAD = new URL('./worker/host-worker-thread.ts', import.meta.url)

interface Log {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
}

/**
 * One worker thread for each host that somebody has a terminal on: what a host sends is decoded in there and nowhere else, so that one
 * which breaks the decoder, floods it or fills its memory takes down its own sessions and no others.
 */
export class HostWorkers {
  readonly #most: number
  readonly #workers = new Map<string, HostWorker>()
  readonly #log: Log
  readonly #thread: URL
  readonly #compiled: string | undefined
  readonly #deadAfterMs: number
  #isTold = false
  #closing = false

  /**
   * @param options.most workers at a time
   * @param options.thread what runs in each; default: host-worker-thread.ts
   * @param options.compiled a directory that nobody else may write, where its compiled code is kept: a worker starts in a quarter of the time
   * @param options.deadAfterMs of silence; default: 20 seconds
   */
  constructor(options: {
    readonly most: number
    readonly log: Log
    readonly thread?: URL
    readonly compiled?: string
    readonly deadAfterMs?: number
  }) {
    this.#most = options.most
    this.#log = options.log
    this.#thread = options.thread ?? THREAD
    this.#compiled = options.compiled
    this.#deadAfterMs = options.deadAfterMs ?? DEAD_AFTER_MS
  }

  get size(): number {
    return this.#workers.size
  }

  /** Makes a key for a session. Throws the refusal when there is no room for another host. */
  async begin(instanceId: string, listener: SessionListener): Promise<HostSession> {
    return await this.#workerOf(instanceId).begin(listener)
  }

  #workerOf(instanceId: string): HostWorker {
    const known = this.#workers.get(instanceId)
    if (known !== undefined) return known
    if (this.#workers.size >= this.#most) this.#endAnIdleOne()
    if (this.#closing || this.#workers.size >= this.#most) {
      throw terminalLimitExceeded(
        `This server has terminals on ${this.#workers.size} hosts, as many as it takes`,
      )
    }
    const worker = new HostWorker({
      thread: this.#thread,
      compiled: this.#compiled,
      deadAfterMs: this.#deadAfterMs,
      begun: (native) => this.#tell(native),
      gone: (error) => {
        if (this.#workers.get(instanceId) === worker) this.#workers.delete(instanceId)
        if (error !== undefined) {
          const facts = { instanceId, error: error.message }
          this.#log.warn(facts, 'the worker of a host died; its terminals have ended')
        }
      },
    })
    this.#workers.set(instanceId, worker)
    return worker
  }

  /** Which crypto it is decides how fast terminals are: with the addon of ssh2 some three times as fast at its best. */
  #tell(native: boolean): void {
    if (this.#isTold) return
    this.#isTold = true
    const crypto = native ? "ssh2's native addon" : 'node:crypto'
    this.#log.info({ crypto, ciphers: 'AES-GCM' }, 'terminals have their crypto')
  }

  #endAnIdleOne(): void {
    for (const worker of this.#workers.values()) {
      if (worker.isIdle) return worker.end()
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    await Promise.all([...this.#workers.values()].map((worker) => worker.terminate()))
  }
}
