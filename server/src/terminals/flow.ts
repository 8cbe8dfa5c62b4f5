/** How far a host may be ahead of what was taken from it: its SSH window. */
export const SHELL_WINDOW = 512 * 1024
/** How far a host may be ahead of what a page has rendered. More keeps no renderer busier, and is what Ctrl-C waits for. */
const AHEAD = 1024 * 1024
/** The same for a while after somebody typed, when a prompt is waited for. */
const AHEAD_OF_TYPING = 256 * 1024
const TYPING_MS = 1000
/** Nor longer than until so much came: that is no answer to a key, but what a command prints. */
const ANSWER = 1024 * 1024
/** Grants below this part of what a host may be ahead are not worth a packet, and the wakings of two threads and of sshd. */
const LEAST_PART = 1 / 8

/**
 * How much a host may send, from end to end: what it was granted is never more than a window beyond what came, nor more than `AHEAD` beyond
 * what was rendered. So what is kept anywhere on the way is bounded, and little has to be rendered before the answer to a key that was
 * pressed.
 */
export class Flow {
  #granted = SHELL_WINDOW
  #received = 0
  #rendered = 0
  #typedAt = -Infinity
  #receivedAtKey = 0

  /** Bytes that came and were not rendered. */
  get ahead(): number {
    return this.#received - this.#rendered
  }

  get received(): number {
    return this.#received
  }

  receive(bytes: number): void {
    this.#received += bytes
  }

  /** @param total of all that came, so much is rendered by who is fastest */
  render(total: number): void {
    this.#rendered = Math.min(this.#received, Math.max(this.#rendered, total))
  }

  /** @param now milliseconds of a clock that nobody sets */
  type(now: number): void {
    this.#typedAt = now
    this.#receivedAtKey = this.#received
  }

  /** How many bytes more the host may be let send now. */
  grant(now: number): number {
    const isTyping =
      now - this.#typedAt < TYPING_MS && this.#received - this.#receivedAtKey < ANSWER
    const ahead = isTyping ? AHEAD_OF_TYPING : AHEAD
    const due = Math.min(this.#rendered + ahead, this.#received + SHELL_WINDOW) - this.#granted
    if (due < ahead * LEAST_PART) return 0
    this.#granted += due
    return due
  }
}
