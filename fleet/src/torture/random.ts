/** Chance that a seed decides: the same seed gives the same choices in the same order. */
export interface Random {
  /** 0 to below 1. */
  next(): number
  /** A whole number, 0 to below `n`. */
  below(n: number): number
  isLucky(probability: number): boolean
  /** Throws when there is nothing to pick from. */
  pick<Item>(items: readonly Item[]): Item
  /** Another stream: who draws from it does not disturb this one. */
  fork(): Random
}

/** mulberry32: small, fast and good enough to spread kills; nothing here is a secret. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    isLucky: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    fork: () => createRandom(below(2 ** 32)),
  }
}
