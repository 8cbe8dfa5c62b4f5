/** Lets so many work at once; others wait for their turn, in the order in which they came. */
export function atMost(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let working = 0
  return async (work) => {
    if (working >= count) await new Promise<void>((resolve) => waiting.push(resolve))
    else working++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // Whoever is next takes this place: between the two nobody else can.
      if (next === undefined) working--
      else next()
    }
  }
}
