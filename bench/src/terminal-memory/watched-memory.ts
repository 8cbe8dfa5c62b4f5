import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendantsOf } from '@fleetkey/fleet/process-tree'

/** A Node process with those that it started, looked at after garbage was collected in it. */
export interface Memory {
  /** Bytes of JavaScript and of buffers that live in it. */
  readonly live: number
  /** Bytes of it and of what it started that are in memory; of what several share each has its part. */
  readonly resident: number
}

const TELLS = new URL('../tell-live-bytes.ts', import.meta.url)
const LATE_MS = 120_000

/** For the environment of the process. */
export function watchedEnvironment(file: string): Readonly<Record<string, string>> {
  if (fileURLToPath(TELLS).includes(' ')) throw new Error('NODE_OPTIONS takes no spaces')
  return { NODE_OPTIONS: `--expose-gc --import=${TELLS.href}`, FLEETKEY_BENCH_LIVE: file }
}

/** @param file that its environment names */
export async function memoryOf(pid: number, file: string): Promise<Memory> {
  const before = linesIn(file).length
  process.kill(pid, 'SIGUSR2')
  const deadline = performance.now() + LATE_MS
  while (linesIn(file).length === before) {
    if (performance.now() > deadline) throw new Error('it does not say what lives in it')
    // oxlint-disable-next-line no-await-in-loop -- until it does
    await sleep(100)
  }
  const live = Number(linesIn(file).at(-1))
  const resident = [pid, ...descendantsOf(pid)].reduce((sum, each) => sum + shareOf(each), 0)
  return { live, resident }
}

function linesIn(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n')
  } catch {
    return [] // nothing was told yet
  }
}

/** proc_pid_smaps_rollup(5): the proportional set size. */
function shareOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s*(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
  } catch {
    return 0 // it ended while we looked
  }
}
