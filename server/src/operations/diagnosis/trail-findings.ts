import { isNearlyFull, roomText, type DiskRoom } from '@fleetkey/domain/disk-room'
import type { Finding } from '@fleetkey/domain/finding'
import type { World } from '../operation.ts'
import { found } from './found.ts'

const CHECK = 'trail'
/** A push takes some pages of the database's log. */
const TAKEN_BY_A_PUSH = 32 * 1024

/** Whether a push can be recorded: none is let through otherwise. Nothing is written to find out. */
export async function findTrail({
  disks,
  unrecorded,
}: Pick<World, 'disks' | 'unrecorded'>): Promise<readonly Finding[]> {
  const room = (await disks()).find(({ holds }) => holds.includes('database'))
  return [judgeTrail({ room, waiting: unrecorded() })]
}

/** @param seen `room`: of the disk with the database, if it answers; `waiting`: records that could not be written yet */
export function judgeTrail({
  room,
  waiting,
}: {
  readonly room: DiskRoom | undefined
  readonly waiting: number
}): Finding {
  const disk = room && `the disk of the control plane's database is ${roomText(room)}`
  const isFull = room !== undefined && room.freeBytes < TAKEN_BY_A_PUSH
  if (waiting === 0 && !isFull) {
    if (room === undefined) {
      return found(CHECK, 'unknown', "The disk of the control plane's database does not answer.")
    }
    if (!isNearlyFull(room)) return found(CHECK, 'good', 'What is asked for can be recorded.')
    const says = `What is asked for can be recorded, but ${disk}: once it is full, pushes are refused.`
    return found(CHECK, 'note', says, { mend: ROOM })
  }
  const why = disk === undefined ? '' : `: ${disk}`
  const says = `The trail cannot be written, so no push is let through${why}.`
  return found(CHECK, 'bad', says, {
    mend: room !== undefined && isNearlyFull(room) ? ROOM : WRITABLE,
  })
}

const ROOM = {
  says: 'Have an administrator make room on that disk; pushes then go on by themselves.',
  commands: ['fleetkey trail status'],
}
const WRITABLE = {
  says: "Have an administrator see in the control plane's log why the disk of its database cannot be written; pushes go on by themselves once it can.",
}
