import { encodeServerFrame, type ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import type { WebSocket } from 'ws'
import type { Device } from '../terminals/device.ts'

/** A page that says nothing for two of these is gone: a laptop that sleeps, a network that changed. Browsers answer by themselves. */
const PING_MS = 15_000
/** What a page has not taken, in bytes: twice what a terminal sends ahead of it. One that says what it did not read is none of ours. */
const MAX_BUFFERED = 4 * 1024 * 1024

/** A page of the console that shows a terminal. */
export class PageDevice implements Device {
  readonly #socket: WebSocket
  readonly sourceAddress: string
  readonly userAgent: string

  constructor(
    socket: WebSocket,
    from: { readonly sourceAddress: string; readonly userAgent: string },
  ) {
    this.#socket = socket
    this.sourceAddress = from.sourceAddress
    this.userAgent = from.userAgent
    let isHeard = true
    const pinging = setInterval(() => {
      if (!isHeard) return socket.terminate()
      isHeard = false
      socket.ping()
    }, PING_MS).unref()
    socket.on('pong', () => (isHeard = true))
    socket.on('message', () => (isHeard = true))
    socket.on('close', () => clearInterval(pinging))
  }

  say(frame: ServerFrame): void {
    if (this.#takesMore()) this.#socket.send(encodeServerFrame(frame))
  }

  show(bytes: Uint8Array): void {
    if (this.#takesMore()) this.#socket.send(bytes, { binary: true })
  }

  close(code: number): void {
    this.#socket.close(code)
  }

  #takesMore(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false
    if (this.#socket.bufferedAmount <= MAX_BUFFERED) return true
    this.#socket.terminate()
    return false
  }
}
