import { createHash } from 'node:crypto'
import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Where the disks of hosts can really be. Their upper layers cannot lie on an overlay file system, which is what the root of a
 * container is, nor on one of a network; and the path goes into mount options, where some characters need quoting. Then they are
 * in memory (or /var/tmp), in a directory that is found again by the path that was asked for.
 */
export function diskPlace(stateDir: string): string {
  if (isPlain(stateDir) && takesUpperLayers(stateDir)) return stateDir
  const name = `fleetkey-${createHash('sha256').update(stateDir).digest('hex').slice(0, 16)}`
  const other = ['/var/tmp', '/dev/shm', '/run'].find(
    (dir) => existsSync(dir) && takesUpperLayers(dir),
  )
  if (other === undefined)
    throw new Error(
      `no disk for hosts: overlay mounts work neither below ${stateDir} nor in /dev/shm`,
    )
  return `${other}/${name}`
}

function isPlain(path: string): boolean {
  return /^\/[\w./+@-]*$/.test(path)
}

/** f_type of statfs(2): overlay, NFS, 9p, FUSE, SMB, SMB2, FAT. They lack what overlay writes there: whiteouts, trusted.* attributes. */
const UNFIT = new Set([0x794c7630, 0x6969, 0x01021997, 0x65735546, 0x517b, 0xfe534d42, 0x4d44])

function takesUpperLayers(dir: string): boolean {
  let path = dir
  while (!existsSync(path)) path = dirname(path)
  return !UNFIT.has(statfsSync(path).type)
}
