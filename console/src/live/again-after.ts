const FIRST_MS = 500
const LONGEST_MS = 30_000

/**
 * How long to wait before the server is asked again: twice as long each time, up to half a minute, and not all pages at once.
 * @param tries how often it was tried since it last answered; 0 does not wait
 * @param random 0 to 1
 */
export function againAfterMs(tries: number, random: number): number {
  if (tries === 0) return 0
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1))
  return most / 2 + (most / 2) * random
}
