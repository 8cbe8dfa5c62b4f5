import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DiskRoom } from '@fleetkey/domain/disk-room'

/** A disk that does not answer by then is left out: who asks learns elsewhere that it stands still. */
const DEADLINE_MS = 1000

/** How full the disks are on which these lie, each disk once. Those that cannot be asked now are left out. @param places paths by what is there */
export async function diskRooms(
  places: Readonly<Record<string, string>>,
): Promise<readonly DiskRoom[]> {
  const asked = await Promise.all(
    Object.entries(places).map(async ([holds, path]) => ({
      holds,
      disk: await Promise.race([diskOf(path), sleep(DEADLINE_MS, undefined, { ref: false })]),
    })),
  )
  const rooms = new Map<number, DiskRoom>()
  for (const { holds, disk } of asked) {
    if (disk === undefined) continue
    const { device, ...room } = disk
    const known = rooms.get(device)?.holds ?? []
    rooms.set(device, { ...room, holds: [...known, holds] })
  }
  return [...rooms.values()]
}

/** Of what is not there yet: where it would be made. */
async function diskOf(
  path: string,
): Promise<(Omit<DiskRoom, 'holds'> & { device: number }) | undefined> {
  try {
    const [{ dev: device }, { bsize, blocks, bfree, bavail }] = await Promise.all([
      stat(path),
      statfs(path),
    ])
    // What is kept for root is nobody's room: as df(1) has it.
    return { device, bytes: (blocks - bfree + bavail) * bsize, freeBytes: bavail * bsize }
  } catch (error) {
    const above = dirname(path)
    const isToBeMade = (error as NodeJS.ErrnoException).code === 'ENOENT' && above !== path
    return isToBeMade ? diskOf(above) : undefined
  }
}
