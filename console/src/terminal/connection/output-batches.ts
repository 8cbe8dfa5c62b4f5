import type { TerminalScreen } from './terminal-connection.ts'
import { WaitingOutput } from './waiting-output.ts'

/** More at once would keep the screen from being drawn for too long. */
const LARGEST = 512 * 1024
/** So much may wait for more lines that make it needless: less than what the control plane sends unacknowledged. */
const LARGEST_PLAIN = 896 * 1024
/** What comes faster than so much in `PICTURE_MS` is read by nobody: a flood. */
const FLOOD = 64 * 1024
/**
 * A flood is drawn so often. xterm draws whenever the browser lets it after a piece, 60 times a second, and drawing then costs more than all
 * that is written.
 */
const PICTURE_MS = 64
/** So long after somebody typed nothing waits: what they wait for may be in it. */
const TYPING_MS = 1000
/** Nor longer than until so much came: that is no answer to a key, but what a command prints. */
const ANSWER = 1024 * 1024

interface Timers {
  /** Milliseconds. */
  now(): number
  /** Returns what takes it back. */
  after(ms: number, act: () => void): () => void
}

/**
 * Gives output to a screen: an echo at once; what comes while the screen is still at the last piece as one piece behind it; and a flood in few
 * large pieces. A `cat` comes in thousands of small messages, each of which costs xterm the same whatever is in it.
 */
export class OutputBatches {
  readonly #screen: Pick<TerminalScreen, 'write' | 'linesKept'>
  readonly #timers: Timers
  readonly #rendered: (bytes: number) => void
  readonly #waiting = new WaitingOutput()
  #isBusy = false
  #lastBytes = 0
  #lastAt = -Infinity
  #typedAt = -Infinity
  #sinceTyped = 0
  /** Pieces that the screen is at or has yet to come to and that may do more than write lines. */
  #others = 0
  #cancel: (() => void) | undefined

  /** @param rendered takes the bytes of each piece when it is on the screen */
  constructor(
    screen: Pick<TerminalScreen, 'write' | 'linesKept'>,
    timers: Timers,
    rendered: (bytes: number) => void,
  ) {
    this.#screen = screen
    this.#timers = timers
    this.#rendered = rendered
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
    this.#sinceTyped += bytes.length
    this.#skip()
    if (!this.#isBusy) this.#next()
  }

  /** Somebody types: the answer is shown as soon as it is there. */
  typed(): void {
    this.#typedAt = this.#timers.now()
    this.#sinceTyped = 0
    if (!this.#isBusy) this.#next()
  }

  /** Gives on all that waits: what is asked of the screen from now on is behind it. */
  flush(): void {
    this.#cancelRest()
    if (this.#waiting.bytes > 0) this.#write(Infinity, () => {})
  }

  /** How many lines are kept is known only while nothing is under way to the screen that may change it. */
  #skip(): void {
    if (this.#others > 0) return
    const skipped = this.#waiting.skipUnseen(this.#screen.linesKept)
    if (skipped > 0) this.#rendered(skipped)
  }

  #next(): void {
    this.#cancelRest()
    this.#isBusy = false
    if (this.#waiting.bytes === 0) return
    const rest = this.#rest()
    if (rest > 0) {
      this.#cancel = this.#timers.after(rest, () => this.#next())
      return
    }
    this.#isBusy = true
    this.#lastAt = this.#timers.now()
    this.#lastBytes = this.#write(this.#largest, () => this.#next())
  }

  /** @returns how many bytes */
  #write(atMost: number, done: () => void): number {
    const other = this.#waiting.isPlain ? 0 : 1
    const piece = this.#waiting.take(atMost)
    this.#others += other
    this.#screen.write(piece, () => {
      this.#others -= other
      this.#rendered(piece.length)
      done()
    })
    return piece.length
  }

  get #largest(): number {
    return this.#waiting.isPlain ? LARGEST_PLAIN : LARGEST
  }

  get #isTyping(): boolean {
    return this.#timers.now() - this.#typedAt < TYPING_MS && this.#sinceTyped < ANSWER
  }

  /** Milliseconds until the next piece may go. */
  #rest(): number {
    if (this.#waiting.bytes >= this.#largest || this.#isTyping) return 0
    if (this.#lastBytes + this.#waiting.bytes < FLOOD) return 0
    return this.#lastAt + PICTURE_MS - this.#timers.now()
  }

  #cancelRest(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
