import { createServer, type Server, type Socket } from 'node:net'
import {
  MAX_REQUEST_BYTES,
  decodeAgentRequest,
  failureAnswer,
  identitiesAnswer,
  signResponse,
  type AgentRequest,
} from './agent-messages.ts'
import type { OneTimeKey } from './one-time-key.ts'

const MAX_CONNECTIONS = 8

/**
 * An SSH agent with one key, on a socket that only this user can reach. It holds back the list of its keys until `usable` is
 * settled: ssh asks for it after the key exchange, so a push that runs beside that costs the login no time, and a key that was
 * refused is never offered.
 */
export class PrivateAgent {
  readonly #key: OneTimeKey
  readonly #usable: Promise<void>
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #offered = false
  #signed = false

  constructor(key: OneTimeKey, usable: Promise<void>) {
    this.#key = key
    this.#usable = usable
    this.#server = createServer((socket) => this.#serve(socket))
    this.#server.maxConnections = MAX_CONNECTIONS
  }

  /** Whether ssh was told of the key. */
  get offered(): boolean {
    return this.#offered
  }

  /** Whether ssh had the key sign: it only does when the host knew the key. */
  get signed(): boolean {
    return this.#signed
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, resolve)
    })
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // ssh may go away at any moment; that is its good right.
    socket.on('error', () => socket.destroy())
    this.#converse(socket).catch(() => socket.destroy())
  }

  async #converse(socket: Socket): Promise<void> {
    let waiting = Buffer.alloc(0)
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      waiting = Buffer.concat([waiting, chunk])
      while (waiting.length >= 4) {
        const length = waiting.readUInt32BE(0)
        if (length > MAX_REQUEST_BYTES) return
        if (waiting.length < 4 + length) break
        const request = decodeAgentRequest(waiting.subarray(4, 4 + length))
        waiting = waiting.subarray(4 + length)
        socket.write(await this.#answer(request))
      }
    }
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
        return signResponse(this.#key.sign(request.data))
      case 'other':
        return failureAnswer()
    }
  }
}
