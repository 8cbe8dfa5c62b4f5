/**
 * How long to wait before the next attempt to reach the server: twice as long each time. A part is left to chance, so that all pages do not
 * come back in the same moment.
 * @param failures in a row before, from 0
 * @param of.firstMs at most before the first attempt; `of.longestMs` before any
 * @param of.random from 0 to 1
 * @returns milliseconds, in the upper half of what it may be
 */
export function backoffMs(
  failures: number,
  of: { readonly firstMs: number; readonly longestMs: number; readonly random: number },
): number {
  const most = Math.min(of.longestMs, of.firstMs * 2 ** Math.min(failures, 16))
  return Math.round(most * (0.5 + of.random / 2))
}
