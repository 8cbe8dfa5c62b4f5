import { byteText } from './byte-text.ts'

/** How full a disk of the control plane is. */
export interface DiskRoom {
  /** What of the control plane is on it, e.g. `database`. */
  readonly holds: readonly string[]
  /** Of all that the server may fill. */
  readonly bytes: number
  readonly freeBytes: number
}

/** From here on it is told: there is time left to make room. */
const NEARLY_FULL_PERCENT = 90

/** As df(1) has it: rounded up. */
export function usedPercent({ bytes, freeBytes }: Pick<DiskRoom, 'bytes' | 'freeBytes'>): number {
  return bytes === 0 ? 100 : Math.ceil(((bytes - freeBytes) / bytes) * 100)
}

export const isNearlyFull = (room: Pick<DiskRoom, 'bytes' | 'freeBytes'>): boolean =>
  usedPercent(room) >= NEARLY_FULL_PERCENT

/** `91 % used, 1.2 GB free` */
export const roomText = (room: Pick<DiskRoom, 'bytes' | 'freeBytes'>): string =>
  `${usedPercent(room)} % used, ${byteText(room.freeBytes)} free`
