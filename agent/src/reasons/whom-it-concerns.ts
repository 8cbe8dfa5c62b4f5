import type { Verdict } from './explain-login.ts'

/** Whoever asks the server may wait for ten seconds for the next step, and the host is asked at the beginning only. */
const AWAITED_HUNDREDTHS = 1200

/** What became of a login, as seen from one of the pushed keys. */
export interface Judged<Key> {
  readonly key: Key
  readonly verdict: Verdict
}

/** Times are in hundredths of a second since boot. */
export interface AwaitedKey {
  readonly osUser: string
  readonly pushedAt: number
  /** When somebody last asked why it does not work. */
  readonly askedAt: number
}

/**
 * A login that offered no pushed key may have been meant for any of its user's: it is told of the one that was pushed last, and of those
 * that somebody waits to hear of. One that offered a key is told of that key.
 */
export function whomItConcerns<Key extends AwaitedKey>(
  judged: readonly Judged<Key>[],
  now: number,
): readonly Judged<Key>[] {
  const latest = new Map<string, Key>()
  for (const { key } of judged.filter(isAnybodys)) {
    const { osUser, pushedAt } = key
    if (pushedAt >= (latest.get(osUser)?.pushedAt ?? -Infinity)) latest.set(osUser, key)
  }
  const isAwaited = ({ askedAt }: Key) => now - askedAt < AWAITED_HUNDREDTHS
  return judged.filter(
    (one) => !isAnybodys(one) || latest.get(one.key.osUser) === one.key || isAwaited(one.key),
  )
}

const isAnybodys = ({ verdict }: Judged<unknown>): boolean =>
  (verdict.kind === 'refused' || verdict.kind === 'unexplained') && !verdict.isOffered
