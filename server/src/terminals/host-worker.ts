import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { sshFailed } from '@fleetkey/domain/exceptions/terminals'
import { printable } from '@fleetkey/domain/printable'
import type { HostSession, SessionListener } from './host-session.ts'
import type { FromWorker, ToWorker } from './worker/messages.ts'

/** Of one worker. Buffers are beside it: what a session may keep of them is bounded by its windows. */
const LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }
/** Sent while it is silent, before it is given up. */
const PINGS = 4
/** A worker without sessions stays for the next one, and ends after so long. */
const IDLE_MS = 60_000
/** Of an error of a worker's, in characters. */
const MAX_SAID = 200

/** The thread of one host, as the main thread has it: it is asked and heard here, and ends its sessions when it dies. */
export class HostWorker {
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
