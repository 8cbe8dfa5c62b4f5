import { spawnSync } from 'node:child_process'
import {
  fstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** For tests: a small disk of its own (ext4 on a loop device), to which what happens to disks can happen. */
export interface LoopDisk extends Disposable {
  /** Where it is mounted. */
  readonly path: string
  /** Until nothing fits any more, or so many pages of 4 KiB; `free` undoes it. */
  fill(butPages?: number): void
  free(): void
  /** Every write waits until it is thawed: as long as a disk can be slow. */
  freeze(): void
  thaw(): void
  /** What ext4 does after an error with `errors=remount-ro`. */
  makeReadOnly(): void
  /** Every input and output fails from now on, as when a disk is pulled out. */
  pullOut(): void
  unmount(): void
  /** Once this process has no file of it open any more: that is what whoever mends a disk waits for. Rejects when it takes too long. */
  mount(): Promise<void>
}

const MIB = 24
const FREE_WITHIN_MS = 30_000
/** FS_IOC_SHUTDOWN with "do not flush the log" (linux/fs.h). */
const SHUTDOWN = `import fcntl,os,struct,sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))`

/** Undefined where none can be had: it takes root and the kernel's loop devices. */
export function loopDisk(folder: string): LoopDisk | undefined {
  const path = join(folder, 'disk')
  const image = join(folder, 'disk.img')
  mkdirSync(path)
  writeFileSync(image, '')
  truncateSync(image, MIB << 20)
  if (!tried('mkfs.ext4', '-q', '-m', '0', image)) return undefined
  let device = attached(image)
  if (device === undefined || !tried('mount', '-o', 'errors=remount-ro', device, path)) {
    if (device !== undefined) tried('losetup', '--detach', device)
    return undefined
  }
  let { dev } = statSync(path)
  const ballast = join(path, 'ballast')
  return {
    path,
    fill(butPages = 0) {
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k'])
      truncateSync(ballast, Math.max(0, statSync(ballast).size - butPages * 4096))
    },
    free: () => rmSync(ballast),
    freeze: () => done('fsfreeze', '--freeze', path),
    thaw: () => done('fsfreeze', '--unfreeze', path),
    makeReadOnly() {
      const name = device?.slice(device.lastIndexOf('/') + 1) ?? ''
      writeFileSync(`/sys/fs/ext4/${name}/trigger_fs_error`, 'a test')
    },
    pullOut: () => done('python3', '-c', SHUTDOWN, path),
    unmount() {
      done('umount', '--lazy', path)
      // Others on this machine may have copied the mount into namespaces of theirs: what comes back is another device of the same disk.
      tried('losetup', '--detach', device ?? '')
    },
    async mount() {
      const until = performance.now() + FREE_WITHIN_MS
      while (hasOpen(dev)) {
        if (performance.now() > until) throw new Error('files of the disk are still open')
        await sleep(20)
      }
      device = attached(image)
      done('mount', '-o', 'errors=remount-ro', device ?? '', path)
      ;({ dev } = statSync(path))
    },
    [Symbol.dispose]() {
      tried('fsfreeze', '--unfreeze', path)
      tried('umount', '--lazy', path)
      tried('losetup', '--detach', device ?? '')
    },
  }
}

function attached(image: string): string | undefined {
  const device = output('losetup', '--find', '--show', image)
  return device === '' ? undefined : device
}

/** Whether this process has a file of that file system open. */
function hasOpen(dev: number): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return fstatSync(Number(fd)).dev === dev
    } catch {
      // That of the listing itself.
      return false
    }
  })
}

const OPTIONS = { timeout: 20_000, encoding: 'utf8' } as const

function tried(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, OPTIONS).status === 0
}

function output(program: string, ...args: readonly string[]): string {
  return spawnSync(program, args, OPTIONS).stdout?.trim() ?? ''
}

function done(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, OPTIONS)
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}
