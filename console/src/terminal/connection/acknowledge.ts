/** So much is acknowledged at once: the control plane sends on by it. */
const AT_ONCE = 16 * 1024
/**
 * Less waits a little for more: the echo of one letter is not worth a message of its own, nor to be in the way of the next key. Far below the two
 * seconds after which a page that renders nothing holds its host up.
 */
const SOON_MS = 200

/** Tells the control plane how much is on the screen: it never sends much more than that, so that Ctrl-C is not behind megabytes. */
export class Acknowledgements {
  readonly #send: (bytes: number) => void
  readonly #after: (ms: number, act: () => void) => () => void
  #rendered = 0
  #told = 0
  #cancel: (() => void) | undefined

  /** @param send takes the bytes rendered since attach, all together */
  constructor(send: (bytes: number) => void, after: (ms: number, act: () => void) => () => void) {
    this.#send = send
    this.#after = after
  }

  rendered(bytes: number): void {
    this.#rendered += bytes
    if (this.#rendered - this.#told >= AT_ONCE) this.#tell()
    else this.#cancel ??= this.#after(SOON_MS, () => this.#tell())
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #tell(): void {
    this.close()
    if (this.#rendered === this.#told) return
    this.#told = this.#rendered
    this.#send(this.#told)
  }
}
