/** The part of a WebSocket that decides whether more of what its peer sends is read. */
interface Source {
  pause(): void
  resume(): void
}

/**
 * Reads no more from a peer while so much of what it sent is in hand: a host that sends faster than the trail is written to waits, and its messages
 * do not pile up in memory.
 */
export function atMostInHand(most: number, source: Source): (work: Promise<unknown>) => void {
  let inHand = 0
  const over = () => {
    inHand--
    if (inHand === most - 1) source.resume()
  }
  return (work) => {
    inHand++
    if (inHand === most) source.pause()
    work.then(over, over)
  }
}
