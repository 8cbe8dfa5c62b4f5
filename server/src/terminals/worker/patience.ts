import { FileFailed } from '../file-messages.ts'

/** Waits for a host for as long as it gets on, and no longer: what counts is the time since its last step, not the time of all. */
export class Patience {
  readonly #over = Promise.withResolvers<never>()
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  /** @param ms to the first step */
  constructor(ms: number) {
    this.#over.promise.catch(() => {})
    this.step(ms)
  }

  /** Rejects with a FileFailed when it is late, and never settles else. */
  get over(): Promise<never> {
    return this.#over.promise
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** It got on. @param ms to the next step */
  step(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#isOver) return
    this.#timer = setTimeout(() => {
      this.#isOver = true
      const says = `it stood still for ${ms / 1000} seconds`
      this.#over.reject(new FileFailed('late', says))
    }, ms)
  }

  /** It is done. */
  end(): void {
    clearTimeout(this.#timer)
  }
}
