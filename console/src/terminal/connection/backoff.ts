const FIRST_MS = 250
const LONGEST_MS = 15_000

/**
 * How long to wait before the next attempt: the first soon, as most networks are back at once, each later one twice as long up to 15 s. A part
 * is left to chance, so that all pages do not come back in the same moment.
 * @param attempts made so far
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backoffMs(attempts: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 16))
  return Math.round(longest * (0.5 + random / 2))
}
