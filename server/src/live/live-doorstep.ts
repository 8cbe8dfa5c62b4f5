import type { ReadyWatch } from './live-feed.ts'

/** Where an operation puts down what a page that waits at the live door is to be given. */
export class LiveDoorstep {
  #ready: ReadyWatch | undefined

  putDown(ready: ReadyWatch): void {
    this.#ready = ready
  }

  /** What was put down, once. */
  take(): ReadyWatch | undefined {
    const ready = this.#ready
    this.#ready = undefined
    return ready
  }
}
