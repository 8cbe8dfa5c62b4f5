import { parseCidr, type Cidr } from '@fleetkey/domain/cidr'
import type { SettingStore } from '../store/store.ts'

/** The addresses from which this control plane connects to hosts: those that its administrator names and those that it saw itself use. */
export interface Egress {
  /**
   * Notes the local address of a connection that was made to a host. Cheap enough for every connection; never throws. What is no
   * address that another machine could see (loopback, link-local) is not noted.
   */
  seen(address: string): void
  listing(): { readonly ranges: readonly Cidr[]; readonly syncToken: number }
  /** Told after every change of the listing. */
  onChange(listener: () => void): void
  /** What is still on its way to the store; an address is seen again, so a failure is only logged. */
  settled(): Promise<void>
}

const SETTING = 'egress'
const DAY_MS = 24 * 3600 * 1000
/** An address that was not used for so long is no longer listed: firewalls should not stay open for whoever has it now. */
const KEPT_DAYS = 30
/** More than a node can sensibly have: temporary IPv6 addresses change daily. */
const MAX_SEEN = 64

interface Kept {
  readonly syncToken: number
  /** What was listed at syncToken. */
  readonly listed: readonly string[]
  /** Address → day it was last used (days since 1970). */
  readonly seen: Readonly<Record<string, number>>
}

/** @param parts.configured from the configuration; listed first */
export async function openEgress(parts: {
  readonly settings: Pick<SettingStore, 'get' | 'set'>
  readonly configured: readonly Cidr[]
  readonly now: () => number
  readonly log: { warn(facts: object, text: string): void }
}): Promise<Egress> {
  const { settings, configured, now, log } = parts
  let kept = parseKept(await settings.get(SETTING))
  let writing: Promise<void> = Promise.resolve()
  const listeners: (() => void)[] = []
  const today = () => Math.floor(now() / DAY_MS)

  function keep(seen: Kept['seen']): void {
    const listed = rangesOf(seen).map(({ text }) => text)
    const isSame = listed.join() === kept.listed.join()
    // Also when the clock went back: who polls the file takes only what is newer.
    const syncToken = isSame
      ? kept.syncToken
      : Math.max(Math.floor(now() / 1000), kept.syncToken + 1)
    kept = { syncToken, listed, seen }
    if (!isSame) for (const listener of listeners) listener()
    const text = JSON.stringify(kept)
    writing = writing
      .then(() => settings.set(SETTING, text))
      .catch((error: unknown) => log.warn({ error: String(error) }, 'egress was not kept'))
  }

  const rangesOf = (seen: Kept['seen']) => [
    ...configured,
    ...Object.keys(seen)
      .toSorted()
      .flatMap((address) => parseCidr(address) ?? [])
      .filter((range) => !configured.some(({ text }) => text === range.text)),
  ]

  function current(seen: Kept['seen']): Kept['seen'] {
    const oldest = today() - KEPT_DAYS
    return Object.fromEntries(
      Object.entries(seen)
        .filter(([, day]) => day >= oldest)
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, MAX_SEEN),
    )
  }

  // The configuration may have changed since.
  if (
    rangesOf(current(kept.seen))
      .map(({ text }) => text)
      .join() !== kept.listed.join()
  ) {
    keep(current(kept.seen))
  }
  await writing
  return {
    seen(address) {
      const plain = visible(address)
      if (plain === undefined || kept.seen[plain] === today()) return
      keep(current({ ...kept.seen, [plain]: today() }))
    },
    listing() {
      const seen = current(kept.seen)
      if (Object.keys(seen).length !== Object.keys(kept.seen).length) keep(seen)
      return { ranges: rangesOf(kept.seen), syncToken: kept.syncToken }
    },
    onChange: (listener) => void listeners.push(listener),
    settled: () => writing,
  }
}

/** The address in its one spelling, when a host elsewhere could see it. */
function visible(address: string): string | undefined {
  // A socket that listens for both families shows IPv4 so.
  const range = parseCidr(address.replace(/^::ffff:(?=\d+\.)/i, ''))
  if (!range || !range.text.endsWith(range.family === 4 ? '/32' : '/128')) return undefined
  const plain = range.text.slice(0, range.text.indexOf('/'))
  return /^(?:127\.|0\.|169\.254\.|::1?$|fe[89ab][0-9a-f]:)/.test(plain) ? undefined : plain
}

function parseKept(text: string | undefined): Kept {
  const none: Kept = { syncToken: 0, listed: [], seen: {} }
  if (text === undefined) return none
  // Written by keep() alone.
  return { ...none, ...(JSON.parse(text) as Partial<Kept>) }
}
