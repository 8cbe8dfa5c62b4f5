import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** For tests: a small disk of its own (ext4 on a loop device), to which what happens to disks can happen. */
export interface LoopDisk extends Disposable {
  /** Where it is mounted. */
  readonly path: string
  /** Until nothing fits any more; `free` undoes it. */
  fill(): void
  free(): void
  /** Every write waits until it is thawed: as long as a disk can be slow. */
  freeze(): void
  thaw(): void
  /** What ext4 does after an error with `errors=remount-ro`. */
  makeReadOnly(): void
  /** Every input and output fails from now on, as when a disk is pulled out. */
  pullOut(): void
  unmount(): void
  /** Once nobody has a file of it open any more: before, it would be the same broken one. Rejects when that takes too long. */
  mount(): Promise<void>
}

const MIB = 24
const FREE_WITHIN_MS = 60_000
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
  const device = output('losetup', '--find', '--show', image)
  if (device === '') return undefined
  // There as long as the kernel knows the file system.
  const known = `/sys/fs/ext4/${device.slice(device.lastIndexOf('/') + 1)}`
  if (!tried('mount', '-o', 'errors=remount-ro', device, path)) {
    tried('losetup', '--detach', device)
    return undefined
  }
  const ballast = join(path, 'ballast')
  const thaw = () => done('fsfreeze', '--unfreeze', path)
  return {
    path,
    thaw,
    fill: () => void spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k']),
    free: () => rmSync(ballast),
    freeze: () => done('fsfreeze', '--freeze', path),
    makeReadOnly() {
      writeFileSync(join(known, 'trigger_fs_error'), 'a test')
    },
    pullOut: () => done('python3', '-c', SHUTDOWN, path),
    unmount: () => done('umount', '--lazy', path),
    async mount() {
      const until = performance.now() + FREE_WITHIN_MS
      while (existsSync(known) && performance.now() < until) await sleep(20)
      if (existsSync(known)) throw new Error(`${device} is still in use`)
      done('mount', '-o', 'errors=remount-ro', device, path)
    },
    [Symbol.dispose]() {
      tried('fsfreeze', '--unfreeze', path)
      tried('umount', '--lazy', path)
      tried('losetup', '--detach', device)
    },
  }
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
