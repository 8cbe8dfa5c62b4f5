/** What a person is told of the end of their session. */
export type SessionEnd =
  | { readonly kind: 'far' }
  /** Because nothing was asked for long: asking something is enough to stay. */
  | { readonly kind: 'idle'; readonly at: number }
  /** Because its time is over: only signing in again helps. */
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'over' }

const WARNED_BEFORE_MS = 5 * 60_000

/** All times in milliseconds since 1970. */
export function sessionEnd(
  session: { readonly expiresAt: number; readonly idleMs: number },
  { lastUseAt, now }: { readonly lastUseAt: number; readonly now: number },
): SessionEnd {
  const { expiresAt, idleMs } = session
  const idleAt = idleMs === 0 ? Infinity : lastUseAt + idleMs
  const at = Math.min(expiresAt, idleAt)
  if (now >= at) return { kind: 'over' }
  // Of a short limit, half of it is time enough.
  const before = idleAt < expiresAt ? Math.min(WARNED_BEFORE_MS, idleMs / 2) : WARNED_BEFORE_MS
  if (at - now > before) return { kind: 'far' }
  return { kind: idleAt < expiresAt ? 'idle' : 'time', at }
}
