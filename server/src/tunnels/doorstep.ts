import type { Duplex } from 'node:stream'
import { clientGone } from '@fleetkey/domain/exceptions/tunnels'
import type { ReadyTunnel } from './tunnels.ts'

/** A client must not speak before it is let in. What it says all the same is kept up to this, in bytes. */
const MAX_EARLY_BYTES = 64 * 1024
/** Each piece costs memory of its own, however little is in it. */
const MAX_EARLY_PIECES = 256

/**
 * A connection that asked for a tunnel and waits for the answer. It is watched meanwhile: who goes away while the target is being dialled
 * must not leave a tunnel behind that nobody has.
 */
export class TunnelDoorstep {
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal
  readonly #socket: Duplex
  readonly #leave = new AbortController()
  readonly #early: Buffer[]
  readonly #onData = (bytes: Buffer) => this.#keep(bytes)
  readonly #onGone = () => this.#leave.abort(clientGone())
  #earlyBytes: number
  #ready: ReadyTunnel | undefined

  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket
    this.#early = [head]
    this.#earlyBytes = head.length
    this.gone = this.#leave.signal
    socket.on('data', this.#onData)
    socket.on('end', this.#onGone)
    socket.on('close', this.#onGone)
    socket.on('error', this.#onGone)
  }

  /** Puts down the other end, to be taken when the client is let in. */
  putDown(ready: ReadyTunnel): void {
    this.#ready = ready
  }

  /** Stops watching; what the client said too early. Whoever listens next does so in the same moment, or bytes are lost. */
  leave(): Buffer {
    this.#socket.off('data', this.#onData)
    this.#socket.off('end', this.#onGone)
    this.#socket.off('close', this.#onGone)
    this.#socket.off('error', this.#onGone)
    return Buffer.concat(this.#early)
  }

  /** What was put down, once. */
  take(): ReadyTunnel | undefined {
    const ready = this.#ready
    this.#ready = undefined
    return ready
  }

  #keep(bytes: Buffer): void {
    this.#early.push(bytes)
    this.#earlyBytes += bytes.length
    if (this.#earlyBytes > MAX_EARLY_BYTES || this.#early.length > MAX_EARLY_PIECES) {
      this.#socket.destroy()
    }
  }
}
