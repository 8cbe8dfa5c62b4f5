import { createServer, type Server, type Socket } from 'node:net'
import {
  MAX_REQUEST_BYTES,
  decodeAgentRequest,
  failureAnswer,
  identitiesAnswer,
  signResponse,
  successAnswer,
  type AgentRequest,
} from './agent-messages.ts'
import type { OneTimeKey } from './one-time-key.ts'

const MAX_CONNECTIONS = 64

/**
 * Whose connection it is that an ssh asks for, by the host's signature in its key exchange: ours, another agent's, which then answers in
 * our place (the socket is connected to it, and it has agreed), or unknown.
 */
export type Binding = (signature: Buffer) => Promise<'ours' | Socket | undefined>

/**
 * An SSH agent with one key, on sockets that only this user can reach. It holds back the list of its keys until `usable` is
 * settled: ssh asks for it after the key exchange, so a push that runs beside that costs the login no time, and a key that was
 * refused is never offered.
 */
export class PrivateAgent {
  readonly #key: OneTimeKey
  readonly #usable: Promise<unknown>
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  readonly #firstSignature = Promise.withResolvers<void>()
  #offered = false
  #signed = false

  constructor(key: OneTimeKey, usable: Promise<unknown>) {
    this.#key = key
    this.#usable = usable
  }

  /** Whether ssh was told of the key. */
  get offered(): boolean {
    return this.#offered
  }

  /** Whether ssh had the key sign: it only does when the host knew the key. */
  get signed(): boolean {
    return this.#signed
  }

  /** Settled when ssh has had the key sign for the first time. */
  get used(): Promise<void> {
    return this.#firstSignature.promise
  }

  /** @param binding for a socket at which others' connections may ask too; default: every ssh that asks gets the key */
  listen(path: string, binding?: Binding): Promise<void> {
    const server = createServer((socket) => this.#serve(socket, binding))
    server.maxConnections = MAX_CONNECTIONS
    this.#servers.push(server)
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  }

  /** Takes no more connections, and waits for those that are open to end: another ssh may be in the middle of its login. */
  async finish(deadlineMs: number): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    )
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, deadlineMs)
    await Promise.race([Promise.all(closed), late.promise])
    clearTimeout(timer)
    this.close()
  }

  close(): void {
    for (const server of this.#servers) server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: Socket, binding: Binding | undefined): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // ssh may go away at any moment; that is its good right.
    socket.on('error', () => socket.destroy())
    this.#converse(socket, binding).catch(() => socket.destroy())
  }

  async #converse(socket: Socket, binding: Binding | undefined): Promise<void> {
    let waiting = Buffer.alloc(0)
    const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
    for await (const chunk of chunks) {
      waiting = Buffer.concat([waiting, chunk])
      while (waiting.length >= 4) {
        const length = waiting.readUInt32BE(0)
        if (length > MAX_REQUEST_BYTES) return void socket.destroy()
        if (waiting.length < 4 + length) break
        const request = decodeAgentRequest(waiting.subarray(4, 4 + length))
        waiting = waiting.subarray(4 + length)
        if (request.kind === 'bind' && binding) {
          const whose = await binding(request.signature)
          socket.write(whose === undefined ? failureAnswer() : successAnswer())
          if (whose !== undefined && whose !== 'ours') return join(socket, whose, waiting)
        } else socket.write(await this.#answer(request))
      }
    }
    socket.end()
  }

  async #answer(request: AgentRequest): Promise<Buffer> {
    switch (request.kind) {
      case 'identities':
        await this.#usable
        this.#offered = true
        return identitiesAnswer(this.#key.blob, 'fleetkey')
      case 'sign':
        if (!request.keyBlob.equals(this.#key.blob)) return failureAnswer()
        await this.#usable
        this.#signed = true
        this.#firstSignature.resolve()
        return signResponse(this.#key.sign(request.data))
      case 'bind':
      case 'other':
        return failureAnswer()
    }
  }
}

/** @param first what was read from `asking` and not yet answered */
function join(asking: Socket, answering: Socket, first: Buffer): void {
  answering.on('error', () => asking.destroy())
  answering.on('close', () => asking.destroy())
  asking.on('close', () => answering.destroy())
  if (first.length > 0) answering.write(first)
  asking.pipe(answering).pipe(asking)
}
