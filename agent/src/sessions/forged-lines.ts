import { printable } from '@fleetkey/domain/printable'

/** One receipt in this time, however many lines are forged: whoever forges them must not fill the trail. */
const EVERY_MS = 60_000

export interface Forger {
  readonly uid: number
  readonly program: string
}

/** Counts lines that others wrote in sshd's name, and tells of them: of the first at once, of more together and later. */
export class ForgedLines {
  readonly #tell: (lines: number, last: Forger) => void
  readonly #everyMs: number
  #lines = 0
  #timer: NodeJS.Timeout | undefined

  constructor(tell: (lines: number, last: Forger) => void, everyMs = EVERY_MS) {
    this.#tell = tell
    this.#everyMs = everyMs
  }

  add(last: Forger): void {
    this.#lines++
    if (this.#timer !== undefined) return
    this.#flush(last)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#lines > 0) this.#flush(last)
    }, this.#everyMs).unref()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #flush({ uid, program }: Forger): void {
    const lines = this.#lines
    this.#lines = 0
    this.#tell(lines, { uid, program: printable(program, 128) })
  }
}

/** As the wire wants it: the path of a program may hold anything. */
