import type { Store } from '../store/store.ts'

const DAY_MS = 24 * 60 * 60_000
/** Records in one go: some milliseconds of the writer, between which pushes are recorded. */
const AT_ONCE = 500

/**
 * Removes what is older than `days`, whole digests at a time, so that what is kept is still proven by the digest before it; and only what
 * every destination has. How many records went.
 */
export async function pruneTrail(
  { digests }: Pick<Store, 'digests'>,
  parts: {
    readonly days: number
    readonly destinations: readonly string[]
    readonly now: number
    readonly isStopping: () => boolean
  },
): Promise<number> {
  const { days, destinations, now, isStopping } = parts
  const [old, base, ...delivered] = await Promise.all([
    digests.lastBefore(now - days * DAY_MS),
    digests.base(),
    ...destinations.map((name) => digests.delivered(name)),
  ])
  const through = Math.min(old?.number ?? 0, ...delivered)
  // That of the base again, too: a removal that a restart cut off is finished.
  if (through < 1 || through < base.digestNumber) return 0
  let removed = 0
  while (!isStopping()) {
    const step = await digests.prune(through, AT_ONCE)
    if (step === 0) break
    removed += step
  }
  return removed
}
