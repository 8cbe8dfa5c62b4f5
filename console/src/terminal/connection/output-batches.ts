import type { TerminalScreen } from './terminal-connection.ts'

/** More at once would keep the screen from being drawn, and Ctrl-C from being seen. */
const LARGEST = 64 * 1024

/**
 * Gives output to a screen: an echo at once, and what comes while the screen is still at the last piece as one piece behind it. A `cat` comes
 * in thousands of small messages, each of which costs xterm the same whatever is in it.
 */
export class OutputBatches {
  readonly #screen: Pick<TerminalScreen, 'write'>
  readonly #rendered: (bytes: number) => void
  #waiting: Uint8Array[] = []
  #isBusy = false

  /** @param rendered takes the bytes of each piece when it is on the screen */
  constructor(screen: Pick<TerminalScreen, 'write'>, rendered: (bytes: number) => void) {
    this.#screen = screen
    this.#rendered = rendered
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
    if (!this.#isBusy) this.#next()
  }

  /** Gives on all that waits: what is asked of the screen from now on is behind it. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const bytes of waiting) this.#screen.write(bytes, () => this.#rendered(bytes.length))
  }

  #next(): void {
    const piece = this.#take()
    this.#isBusy = piece !== undefined
    if (piece === undefined) return
    this.#screen.write(piece, () => {
      this.#rendered(piece.length)
      this.#next()
    })
  }

  #take(): Uint8Array | undefined {
    let size = 0
    let count = 0
    for (const { length } of this.#waiting) {
      if (count > 0 && size + length > LARGEST) break
      size += length
      count += 1
    }
    const taken = this.#waiting.splice(0, count)
    if (taken.length < 2) return taken[0]
    const piece = new Uint8Array(size)
    let at = 0
    for (const bytes of taken) {
      piece.set(bytes, at)
      at += bytes.length
    }
    return piece
  }
}
