import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute } from 'node:path'
import { removeBridge } from './bridge.ts'
import { diskPlace } from './disk-place.ts'
import { killNow, startTimeOf } from './process-tree.ts'

/**
 * A network's directory is its only record: `network-<id>` below the state directory, with `owner` in it. Its path stands in
 * the command line of every init and its id is the bridge's MAC address, so nothing else can be taken for ours, not even a
 * process that got the id of one that ended.
 */
export async function recordNetwork(stateDir: string, id: string): Promise<string> {
  if (!isAbsolute(stateDir)) throw new Error(`stateDir must be absolute: ${stateDir}`)
  const dir = `${diskPlace(stateDir)}/network-${id}`
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await writeFile(`${dir}/owner`, `${process.pid} ${startTimeOf(process.pid)}\n`)
  return dir
}

/** Directories of networks whose owner is gone. */
export function ownerless(stateDir: string): string[] {
  return networksIn(diskPlace(stateDir)).filter((dir) => !isOwned(dir))
}

/**
 * Ends every process of the network, removes its interfaces and its files. Synchronous, because it also runs while the
 * program exits. Returns how many things there were.
 */
export function removeNetwork(dir: string): number {
  const processes = killProcessesOf(dir)
  const links = removeBridge(idOf(dir))
  rmSync(dir, { recursive: true, force: true })
  removeIfEmpty(dirname(dir))
  return processes + links + 1
}

/** A place of ours in memory goes with its last network; a state directory is the caller's. */
function removeIfEmpty(place: string): void {
  if (!/^fleetkey-[0-9a-f]{16}$/.test(basename(place))) return
  try {
    rmdirSync(place)
  } catch {
    // another network is in it
  }
}

function networksIn(stateDir: string): string[] {
  try {
    return readdirSync(stateDir)
      .filter((name) => /^network-[0-9a-f]{10}$/.test(name))
      .map((name) => `${stateDir}/${name}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Without the start time a process that got the same id later would pass for the owner. */
function isOwned(dir: string): boolean {
  const [pid = '', started = ''] = (read(`${dir}/owner`) ?? '').trim().split(' ')
  return started !== '' && startTimeOf(Number(pid)) === started
}

const killTimeoutMs = 5000

function killProcessesOf(dir: string): number {
  const found = new Set<number>()
  const deadline = Date.now() + killTimeoutMs
  for (;;) {
    const alive = processesOf(dir)
    if (alive.length === 0) return found.size
    if (Date.now() > deadline)
      throw new Error(`processes ${alive.map(({ pid }) => pid).join(', ')} of ${dir} stay`)
    for (const { pid, program } of alive) {
      found.add(pid)
      // `unshare` ends by itself when it has collected the init; killed before that it would leave a zombie.
      if (program !== 'unshare') killNow(pid)
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }
}

/** The init of every host and the `unshare` that waits for it. A zombie has no command line. */
function processesOf(dir: string): { pid: number; program: string | undefined }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), argv: read(`/proc/${name}/cmdline`)?.split('\0') ?? [] }))
    .filter(({ argv }) => argv.some((arg) => arg.endsWith('/host-init.sh')))
    .filter(({ argv }) => argv.some(isHostOf(dir)))
    .map(({ pid, argv }) => ({ pid, program: argv[0] }))
}

function isHostOf(dir: string): (arg: string) => boolean {
  return (arg) => arg.startsWith(`${dir}/`)
}

function idOf(dir: string): string {
  return dir.slice(-10)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // processes come and go while we look
  }
}
