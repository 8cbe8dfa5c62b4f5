import { closeSync, mkdirSync, openSync, statSync, utimesSync } from 'node:fs'

/** When an agent last looked in this boot, as it leaves it in the file system for the next: what ended since ended between the two. */
export class LastLook {
  readonly #directory: string

  /** @param directory below /run, for root alone */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** Milliseconds since 1970; 0 when none has. */
  get at(): number {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    return Math.floor(found?.mtimeMs ?? 0)
  }

  /** Nothing depends on it: without it, an end while no agent looked is told of a longer span of time. */
  is(at: number): void {
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
      closeSync(openSync(this.#path, 'a', 0o600))
      utimesSync(this.#path, at / 1000, at / 1000)
    } catch {
      // The file system is full, or gone.
    }
  }

  get #path(): string {
    return `${this.#directory}/seen`
  }
}
