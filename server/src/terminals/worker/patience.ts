import { FileFailed } from '../file-messages.ts'

/** Who is waited for. */
export type Awaited = 'host' | 'page'

/** Waits for as long as it gets on, and no longer: what counts is the time since the last step, not the time of all. */
export class Patience {
  readonly #over = Promise.withResolvers<never>()
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #ms = 0
  #by: Awaited = 'host'
  #isHostLate = false

  /** @param ms to the first step */
  constructor(ms: number) {
    this.#over.promise.catch(() => {})
    this.step(ms)
  }

  /** Rejects with a FileFailed when it is late, and never settles else. */
  get over(): Promise<never> {
    return this.#over.promise
  }

  /** Whether it is over because of the host. */
  get isHostLate(): boolean {
    return this.#isHostLate
  }

  /** It got on. @param ms to the next step, by whom */
  step(ms: number, by: Awaited = 'host'): void {
    clearTimeout(this.#timer)
    if (this.#isOver) return
    this.#ms = ms
    this.#by = by
    this.#timer = setTimeout(() => {
      this.#isHostLate = by === 'host'
      const says = `${by === 'host' ? 'it' : 'the browser'} stood still for ${ms / 1000} seconds`
      this.lose(new FileFailed('late', says))
    }, ms)
  }

  /** There is nothing to wait for any more. */
  lose(why: FileFailed): void {
    clearTimeout(this.#timer)
    this.#isOver = true
    this.#over.reject(why)
  }

  /** The host got on, and has as long again. It is no news while the page is waited for. */
  hostGotOn(): void {
    if (this.#by === 'host') this.step(this.#ms)
  }

  /** It is done. */
  end(): void {
    clearTimeout(this.#timer)
  }
}
