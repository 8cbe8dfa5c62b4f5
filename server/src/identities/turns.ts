import { throttling } from '@fleetkey/domain/exceptions/server'

/** Who waits: somebody who is known by more than their word, or anybody, by the network that they come from. */
export type Waiting = 'known' | { readonly network: string }

interface Waiter {
  readonly network: string
  go(): void
  giveUp(): void
}

/** When somebody who gave up their place should come again, in seconds. */
const COME_AGAIN_S = 5

/**
 * Work of which only so much is done at once. Known people go before all others, and of those whoever fills all places takes them from nobody
 * but themselves: the last that came of the network that has most gives up its own. Throws Throttling where there is none left.
 */
export function createTurns({
  atOnce,
  places,
}: {
  readonly atOnce: number
  /** Of either kind. */
  readonly places: number
}): <Result>(who: Waiting, work: () => Promise<Result>) => Promise<Result> {
  const known: Waiter[] = []
  const strangers: Waiter[] = []
  let running = 0

  function wait(who: Waiting): Promise<void> {
    const network = who === 'known' ? '' : who.network
    const line = who === 'known' ? known : strangers
    return new Promise<void>((go, reject) => {
      line.push({ network, go, giveUp: () => reject(throttling(COME_AGAIN_S)) })
      if (line.length > places) takeOut(line, lastOfMost(line))
    })
  }

  return async (who, work) => {
    if (running < atOnce) running += 1
    else await wait(who)
    try {
      return await work()
    } finally {
      // Whoever is next takes over the place: nobody who comes meanwhile slips in.
      const next = known.shift() ?? strangers.shift()
      if (next === undefined) running -= 1
      else next.go()
    }
  }
}

function takeOut(line: Waiter[], waiter: Waiter | undefined): void {
  if (waiter === undefined) return
  line.splice(line.indexOf(waiter), 1)
  waiter.giveUp()
}

function lastOfMost(line: readonly Waiter[]): Waiter | undefined {
  let most: readonly Waiter[] = []
  for (const group of Map.groupBy(line, ({ network }) => network).values()) {
    // Of equals the one that came last: else a line of different ones would be pushed out of it by newcomers.
    if (group.length >= most.length) most = group
  }
  return most.at(-1)
}
