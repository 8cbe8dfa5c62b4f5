import { machineOf } from '../network.ts'

/** Links that have not proved their key yet. More are told to come back later, so that a storm is served in order. */
const MOST = 512
/** Of one machine, so that none keeps the others' agents out. Behind one address there may be thousands of hosts. */
const MOST_OF_ONE = 448

/** Counts agent links from their opening to their proof, by the address that they come from. */
export class UnprovenLinks {
  readonly #of = new Map<string, number>()
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Returns what is to be called once it is proven, or gone; undefined when there are too many. */
  add(address: string): (() => void) | undefined {
    const machine = machineOf(address)
    const own = this.#of.get(machine) ?? 0
    if (this.#count >= MOST || own >= MOST_OF_ONE) return undefined
    this.#count++
    this.#of.set(machine, own + 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#count--
      const left = (this.#of.get(machine) ?? 1) - 1
      if (left === 0) this.#of.delete(machine)
      else this.#of.set(machine, left)
    }
  }
}
