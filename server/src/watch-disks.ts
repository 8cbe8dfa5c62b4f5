import { isNearlyFull, usedPercent, type DiskRoom } from '@fleetkey/domain/disk-room'

const EVERY_MS = 60_000

/** Warns in the log of a disk that is nearly full, once until there is room again. */
export function watchDisks(parts: {
  readonly disks: () => Promise<readonly DiskRoom[]>
  readonly log: { warn(facts: object, text: string): void }
  readonly everyMs?: number | undefined
}) {
  const { disks, log, everyMs = EVERY_MS } = parts
  let told = new Set<string>()
  const look = async () => {
    const full = (await disks()).filter(isNearlyFull)
    for (const room of full) {
      if (told.has(room.holds.join())) continue
      const { holds, freeBytes } = room
      log.warn(
        { holds, usedPercent: usedPercent(room), freeBytes },
        'a disk is nearly full: once it is full, what cannot be recorded is refused',
      )
    }
    told = new Set(full.map(({ holds }) => holds.join()))
  }
  void look()
  const timer = setInterval(() => void look(), everyMs).unref()
  return { stop: () => clearInterval(timer) }
}
