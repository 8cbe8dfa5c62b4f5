import type { TerminalScreen } from './terminal-connection.ts'

/** More at once would keep the screen from being drawn for too long. */
const LARGEST = 512 * 1024
/** What comes faster than so much in `PICTURE_MS` is read by nobody: a flood. */
const FLOOD = 64 * 1024
/**
 * A flood is drawn so often. xterm draws whenever the browser lets it after a piece, 60 times a second, and drawing then costs more than all
 * that is written.
 */
const PICTURE_MS = 64
/** No more than this is the echo of a key: what is longer is drawn with the next frame, with what comes until then. */
const ECHO = 1024
/** So long after somebody typed little waits: what they wait for may be in it. */
const TYPING_MS = 1000
/** More than this at once is a piece of a flood, also then: the rest of it is on its way, and is not drawn piece by piece. */
const PIECE = 32 * 1024
const GATHER_MS = 8
/** After a key in a flood no longer than until the control plane says that it is over or goes on, or until it would have said so. */
const HOLD_MS = 50
/** What was drawn so recently is still running by. */
const RUNS_BY_MS = 300
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
  readonly #screen: Pick<TerminalScreen, 'write' | 'drawNow'>
  readonly #timers: Timers
  readonly #rendered: (bytes: number) => void
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #waitingSince = 0
  #isBusy = false
  #lastBytes = 0
  #lastAt = -Infinity
  #typedAt = -Infinity
  /** A key was pressed, and nothing has been written since. */
  #awaitsEcho = false
  #heldUntil = -Infinity
  #sinceTyped = 0
  #cancel: (() => void) | undefined

  /** @param rendered takes the bytes of each piece when it is on the screen */
  constructor(
    screen: Pick<TerminalScreen, 'write' | 'drawNow'>,
    timers: Timers,
    rendered: (bytes: number) => void,
  ) {
    this.#screen = screen
    this.#timers = timers
    this.#rendered = rendered
  }

  push(bytes: Uint8Array): void {
    if (this.#waitingBytes === 0) this.#waitingSince = this.#timers.now()
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#sinceTyped += bytes.length
    if (!this.#isBusy) this.#next()
  }

  /**
   * Somebody types: the answer is shown as soon as it is there. In a flood what comes before it is not drawn: it would be the later for that.
   * The control plane says when it has sent all, and then this is flushed.
   */
  typed(): void {
    const now = this.#timers.now()
    const isFlood = this.#lastBytes >= PIECE && now - this.#lastAt < RUNS_BY_MS
    if (isFlood && this.#heldUntil <= now) this.#heldUntil = now + HOLD_MS
    this.#typedAt = now
    this.#awaitsEcho = !isFlood
    this.#sinceTyped = 0
    if (!this.#isBusy) this.#next()
  }

  /** Gives on all that waits: what is asked of the screen from now on is behind it. What a key was to end is drawn at once with it. */
  flush(): void {
    this.#cancelRest()
    const isAnswer = this.#timers.now() < this.#heldUntil
    this.#heldUntil = -Infinity
    if (this.#waitingBytes === 0) return
    const piece = this.#take(Infinity)
    this.#screen.write(piece, () => {
      if (isAnswer) this.#screen.drawNow()
      this.#rendered(piece.length)
    })
  }

  #next(): void {
    this.#cancelRest()
    this.#isBusy = false
    if (this.#waitingBytes === 0) return
    const rest = this.#rest()
    if (rest > 0) {
      this.#cancel = this.#timers.after(rest, () => this.#next())
      return
    }
    const piece = this.#take(LARGEST)
    this.#isBusy = true
    this.#lastAt = this.#timers.now()
    this.#lastBytes = piece.length
    const isEcho = this.#awaitsEcho && piece.length <= ECHO
    this.#awaitsEcho = false
    this.#screen.write(piece, () => {
      if (isEcho) this.#screen.drawNow()
      this.#rendered(piece.length)
      this.#next()
    })
  }

  /** Milliseconds until the next piece may go. */
  #rest(): number {
    const now = this.#timers.now()
    const isTyping = now - this.#typedAt < TYPING_MS && this.#sinceTyped < ANSWER
    if (isTyping && this.#waitingBytes < PIECE) return 0
    if (now < this.#heldUntil) return this.#heldUntil - now
    if (this.#waitingBytes >= LARGEST) return 0
    if (isTyping) return this.#waitingSince + GATHER_MS - now
    if (this.#lastBytes + this.#waitingBytes < FLOOD) return 0
    return this.#lastAt + PICTURE_MS - now
  }

  #cancelRest(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #take(atMost: number): Uint8Array {
    let size = 0
    let count = 0
    for (const { length } of this.#waiting) {
      if (count > 0 && size + length > atMost) break
      size += length
      count += 1
    }
    const piece = new Uint8Array(size)
    let at = 0
    for (const bytes of this.#waiting.splice(0, count)) {
      piece.set(bytes, at)
      at += bytes.length
    }
    this.#waitingBytes -= size
    return piece
  }
}
