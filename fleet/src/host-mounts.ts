import type { HostDisk } from './host-disk.ts'

/** A directory of the machine that a host sees, read-only. */
export interface SharedDirectory {
  readonly from: string
  /** Absolute path in the host; made if missing. */
  readonly to: string
}

/**
 * The fstab(5) that turns a disk into a root file system. It is read by `mount --all` in the host's own mount namespace, so
 * not one of these mounts exists for the machine, and all of them go when the host's last process does.
 */
export function fstabOf(
  disk: HostDisk,
  bootId: string,
  shared: readonly SharedDirectory[] = [],
): string {
  const { root } = disk
  const lines: [source: string, target: string, type: string, options: string][] = [
    // pivot_root(2) wants a mount point
    [root, root, 'none', 'bind'],
    ...disk.layers.map((name) => layer(disk, name)),
    ['tmpfs', `${root}/run`, 'tmpfs', 'mode=755,nosuid,nodev'],
    ['tmpfs', `${root}/tmp`, 'tmpfs', 'mode=1777,nosuid,nodev'],
    ['tmpfs', `${root}/dev`, 'tmpfs', 'mode=755,nosuid'],
    ['tmpfs', `${root}/dev/shm`, 'tmpfs', 'mode=1777,nosuid,nodev,X-mount.mkdir'],
    // gid 5 is tty on Debian; sshd gives a terminal to user and tty, and drops the session if it cannot
    [
      'devpts',
      `${root}/dev/pts`,
      'devpts',
      'newinstance,ptmxmode=666,mode=620,gid=5,X-mount.mkdir',
    ],
    ['proc', `${root}/proc`, 'proc', 'nosuid,nodev,noexec'],
    ['sysfs', `${root}/sys`, 'sysfs', 'ro,nosuid,nodev,noexec'],
    // the kernel has one boot id for all hosts; each boot of each of ours is to have its own
    [bootId, `${root}/proc/sys/kernel/random/boot_id`, 'none', 'bind,ro'],
    ...shared.map(({ from, to }): [string, string, string, string] => {
      if (!from.startsWith('/') || !to.startsWith('/') || to.split('/').includes('..'))
        throw new Error(`a shared directory needs two absolute paths: ${from} -> ${to}`)
      return [from, `${root}${to}`, 'none', 'bind,ro,X-mount.mkdir']
    }),
  ]
  return lines.map((fields) => `${fields.map(escaped).join(' ')} 0 0\n`).join('')
}

/** volatile: never sync. Nothing here outlives a power cut, and package scripts sync after every file. */
function layer(disk: HostDisk, name: string): [string, string, string, string] {
  const { dir, root } = disk
  const own = `upperdir=${dir}/layer/${name}/upper,workdir=${dir}/layer/${name}/work`
  return ['overlay', `${root}/${name}`, 'overlay', `lowerdir=/${name},${own},volatile,index=off`]
}

/** Octal, as fstab(5) says. */
function escaped(field: string): string {
  return field.replace(/[\s\\#]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
