/**
 * The time of the control plane, by which it tells when something was, and when it ends. A browser's own clock may be hours off: a session
 * would end at once, and again after each sign-in.
 */

/** How far the browser's clock is ahead of the control plane's, in milliseconds. */
let ahead = 0
const listeners = new Set<() => void>()

/** `Date` has whole seconds, and an answer is on its way for some time: clocks that differ by less are the same. */
const SAME_MS = 2000
const DEADLINE_MS = 5000

/** Milliseconds since 1970. Until something was answered it is the browser's time. */
export const serverTime = (): number => Date.now() - ahead

/** Every answer of the control plane tells its time (RFC 9110 §6.6.1). */
export function noteServerTime({ headers }: Pick<Response, 'headers'>): void {
  const told = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(told)) return
  // In the middle of the second that it names.
  const measured = Date.now() - (told + 500)
  if (Math.abs(measured - ahead) <= SAME_MS) return
  ahead = measured
  for (const listener of listeners) listener()
}

/**
 * Asks for the time by what counts as no use of a session: the browser's clock may have been set since the last answer. What is known stays
 * where nobody answers.
 */
export async function askServerTime(): Promise<void> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  try {
    noteServerTime(await fetch('/.well-known/fleetkey', { cache: 'no-store', signal }))
  } catch {
    // Whoever needs the control plane says that it is not reached.
  }
}

/** The clock was found to go differently. */
export function onServerTime(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
