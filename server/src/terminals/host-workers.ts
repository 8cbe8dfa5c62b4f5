import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { sshFailed, terminalLimitExceeded } from '@fleetkey/domain/exceptions/terminals'
import { printable } from '@fleetkey/domain/printable'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { FileOrder } from './file-messages.ts'
import type { ConnectOrder, FromWorker, SshFailure, ToWorker } from './worker/messages.ts'

/** Of one worker. Buffers are beside it: what a session may keep of them is bounded by its windows. */
const LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }
/** A worker that does not answer for so long goes round in circles, and is stopped. */
const DEAD_AFTER_MS = 20_000
/** Sent in that time. */
const PINGS = 4
/** A worker without sessions stays for the next one, and ends after so long. */
const IDLE_MS = 60_000

/** Of an error of a worker's, in characters. */
const MAX_SAID = 200

const THREAD = new URL('./worker/host-worker-thread.ts', import.meta.url)

interface Log {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
}

/** What a terminal hears of its session with the host. */
export interface SessionListener {
  reached(from: string | undefined): void
  unreached(says: string): void
  letIn(): void
  started(): void
  output(bytes: Uint8Array): void
  /** So many bytes of input have gone on to the host. */
  taken(bytes: number): void
  /** Nothing is heard after either. */
  failed(failure: SshFailure): void
  ended(end: TerminalEnd): void
}

/** A terminal's session with a host, in the worker of that host. */
export interface HostSession {
  /** The line of a key that was made for it alone. */
  readonly publicKey: string
  connect(order: ConnectOrder): void
  /** The shell. */
  start(size: TerminalSize): void
  input(bytes: Uint8Array): void
  resize(size: TerminalSize): void
  grant(bytes: number): void
  /** Answers come by the port (file-messages.ts). */
  files(order: FileOrder): MessagePort
  end(): void
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

class HostWorker {
  readonly #worker: Worker
  readonly #begun: (native: boolean) => void
  readonly #pinging: NodeJS.Timeout
  readonly #heard: () => void
  readonly #gone: (error: Error | undefined) => void
  readonly #sessions = new Map<number, SessionListener>()
  readonly #keys = new Map<number, PromiseWithResolvers<string>>()
  #next = 1
  #idle: NodeJS.Timeout | undefined
  #isGone = false

  constructor(parts: {
    readonly thread: URL
    readonly compiled: string | undefined
    readonly deadAfterMs: number
    readonly begun: (native: boolean) => void
    readonly gone: (error: Error | undefined) => void
  }) {
    this.#begun = parts.begun
    let silent = 0
    this.#pinging = setInterval(() => {
      if (++silent > PINGS) {
        this.#died(new Error('it did not answer any more'))
        void this.#worker.terminate()
      } else this.#say({ kind: 'ping', session: 0 })
    }, parts.deadAfterMs / PINGS).unref()
    this.#heard = () => (silent = 0)
    this.#gone = parts.gone
    this.#worker = new Worker(parts.thread, {
      resourceLimits: LIMITS,
      // Neither our variables, one of which may be the master key, nor our arguments.
      env: parts.compiled === undefined ? {} : { NODE_COMPILE_CACHE: parts.compiled },
      argv: [],
    })
    this.#worker.on('message', (message: FromWorker) => this.#hear(message))
    // Its text may be the host's.
    this.#worker.on('error', (error) =>
      this.#died(new Error(printable(String((error as Error).message), MAX_SAID))),
    )
    this.#worker.on('exit', () => this.#died(undefined))
    // Sockets of others keep the process; a worker without sessions need not.
    this.#worker.unref()
  }

  get isIdle(): boolean {
    return this.#sessions.size === 0
  }

  async begin(listener: SessionListener): Promise<HostSession> {
    const session = this.#next++
    this.#sessions.set(session, listener)
    clearTimeout(this.#idle)
    const key = Promise.withResolvers<string>()
    this.#keys.set(session, key)
    this.#say({ kind: 'make-key', session })
    const publicKey = await key.promise
    return {
      publicKey,
      connect: (order) => {
        const ports = order.way.kind === 'carried' ? [order.way.port] : []
        this.#say({ kind: 'connect', session, ...order }, ports)
      },
      start: ({ cols, rows }) => this.#say({ kind: 'start', session, cols, rows }),
      input: (bytes) => {
        const copy = new Uint8Array(bytes)
        this.#say({ kind: 'input', session, bytes: copy }, [copy.buffer])
      },
      resize: ({ cols, rows }) => this.#say({ kind: 'resize', session, cols, rows }),
      grant: (bytes) => this.#say({ kind: 'grant', session, bytes }),
      files: (order) => {
        const { port1, port2 } = new MessageChannel()
        this.#say({ kind: 'files', session, order, port: port2 }, [port2])
        return port1
      },
      end: () => {
        this.#say({ kind: 'end', session })
        this.#left(session)
      },
    }
  }

  /** When nobody has a session in it. */
  end(): void {
    if (!this.isIdle) return
    this.#isGone = true
    this.#gone(undefined)
    void this.#worker.terminate()
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #hear(message: FromWorker): void {
    this.#heard()
    if (message.kind === 'pong') return
    if (message.kind === 'begun') return this.#begun(message.native)
    const { session } = message
    const listener = this.#sessions.get(session)
    if (listener === undefined) return
    switch (message.kind) {
      case 'key':
        this.#keys.get(session)?.resolve(message.publicKey)
        this.#keys.delete(session)
        return
      case 'reached':
        return listener.reached(message.from)
      case 'unreached':
        return listener.unreached(message.says)
      case 'let-in':
        return listener.letIn()
      case 'started':
        return listener.started()
      case 'output':
        return listener.output(message.bytes)
      case 'taken':
        return listener.taken(message.bytes)
      case 'failed':
        this.#left(session)
        return listener.failed(message.failure)
      case 'ended':
        this.#left(session)
        return listener.ended(message.end)
    }
  }

  #left(session: number): void {
    this.#sessions.delete(session)
    this.#keys.delete(session)
    if (!this.isIdle) return
    this.#idle = setTimeout(() => this.end(), IDLE_MS).unref()
  }

  #died(error: Error | undefined): void {
    clearTimeout(this.#idle)
    clearInterval(this.#pinging)
    if (!this.#isGone) this.#gone(error ?? new Error('it ended'))
    this.#isGone = true
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const key of this.#keys.values()) key.reject(sshFailed('the worker of the host died'))
    this.#keys.clear()
    for (const listener of sessions) {
      listener.ended({
        cause: 'host-misbehaved',
        says: `What the host sent was too much for its worker here${error === undefined ? '' : ` (${error.message})`}: all terminals on this host have ended, no others.`,
        mend: 'Open a new terminal. If it happens again, look at what runs on the host.',
      })
    }
  }

  #say(message: ToWorker, transfer: (ArrayBuffer | MessagePort)[] = []): void {
    this.#worker.postMessage(message, transfer)
  }
}
