import type { RawData, WebSocket } from 'ws'

const MAX_FIRST_BYTES = 16 * 1024
/** What may be said between the first message and being let in. */
const MAX_EARLY_MESSAGES = 64

/** What a page says before it is let in: the first message, and those that it did not wait with. */
export class EarlyMessages {
  readonly #socket: WebSocket
  readonly #kept: (readonly [RawData, boolean])[] = []
  readonly #onMessage = (data: RawData, isBinary: boolean) => this.#keep(data, isBinary)
  readonly #onClose = () => this.#told()
  #told: () => void = () => {}

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', this.#onMessage)
    socket.on('close', this.#onClose)
  }

  /** Undefined when none came in time, or none that could be one. */
  async first(withinMs: number): Promise<string | undefined> {
    if (this.#kept.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#told = resolve
      const late = setTimeout(resolve, withinMs)
      await promise
      clearTimeout(late)
    }
    const [data, isBinary] = this.#kept.shift() ?? []
    if (data === undefined || isBinary === true) return undefined
    // Until somebody listens, what else is sent waits on its way.
    this.#socket.pause()
    const text = Buffer.from(data as Buffer)
    return text.length > MAX_FIRST_BYTES ? undefined : text.toString('utf8')
  }

  /** To whoever listens by now. */
  deliver(): void {
    this.#socket.off('message', this.#onMessage)
    this.#socket.off('close', this.#onClose)
    for (const [data, isBinary] of this.#kept) this.#socket.emit('message', data, isBinary)
    this.#socket.resume()
  }

  #keep(data: RawData, isBinary: boolean): void {
    this.#kept.push([data, isBinary])
    if (this.#kept.length > MAX_EARLY_MESSAGES) this.#socket.terminate()
    this.#told()
  }
}
