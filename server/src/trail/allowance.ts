import type { Once } from './trail.ts'

/** So many at once, and then one in so many milliseconds. */
export interface Rate {
  readonly atOnce: number
  readonly oneEachMs: number
}

/** One that was taken. */
export interface Spent {
  /** It was not needed after all. */
  giveBack(): void
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

  /** Undefined when there is none left. */
  take(at: number): Spent | undefined {
    const { atOnce, oneEachMs } = this.#rate
    this.#left = Math.min(atOnce, this.#left + Math.max(0, at - this.#asOf) / oneEachMs)
    this.#asOf = at
    if (this.#left < 1) return undefined
    this.#left -= 1
    return { giveBack: () => void (this.#left += 1) }
  }
}

/** What is recorded by an allowance. While the trail cannot be written, trying again and again does not use it up, nor does what is on record already. */
export async function spending<Result>(
  spent: Spent,
  record: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await record()
    if (result === ('repeated' satisfies Once)) spent.giveBack()
    return result
  } catch (error) {
    spent.giveBack()
    throw error
  }
}
