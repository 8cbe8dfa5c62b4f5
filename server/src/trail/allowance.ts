/** So many at once, and then one in so many milliseconds. */
export interface Rate {
  readonly atOnce: number
  readonly oneEachMs: number
}

/** How many more there may be, by the clock that is told. One that is set back gives nothing. */
export class Allowance {
  readonly #rate: Rate
  #left: number
  #asOf: number

  constructor(rate: Rate, at: number) {
    this.#rate = rate
    this.#left = rate.atOnce
    this.#asOf = at
  }

  /** False when there is none left. */
  take(at: number): boolean {
    const { atOnce, oneEachMs } = this.#rate
    this.#left = Math.min(atOnce, this.#left + Math.max(0, at - this.#asOf) / oneEachMs)
    this.#asOf = at
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }

  /** One that was taken and not needed. */
  giveBack(): void {
    this.#left += 1
  }
}
