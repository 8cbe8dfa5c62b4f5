import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendantsOf } from '@fleetkey/fleet/process-tree'

/** USER_HZ, which Linux fixes at 100 for what it shows to programs. */
const MICROSECONDS_PER_TICK = 10_000

/** CPU time that all threads of a process have used, in microseconds. Exact to 10 ms. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // proc_pid_stat(5): utime and stime are fields 14 and 15; the second may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK
}

/** Bytes that a process holds in memory now: all of it, and what is not backed by a file. */
export function residentMemory(pid: number): { readonly all: number; readonly anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kibibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1])
  return { all: kibibytes('VmRSS') * 1024, anonymous: kibibytes('RssAnon') * 1024 }
}

/** The same after garbage was collected, for a process that runs with `collect-on-signal.ts`. */
export async function memoryWithoutGarbage(pid: number): Promise<number> {
  for (let time = 0; time < 3; time++) {
    process.kill(pid, 'SIGUSR2')
    await sleep(500)
  }
  return residentMemory(pid).all
}

/** The processes that we started, or that those started, whose arguments hold these words in this order. */
export function ownProcesses(words: string): number[] {
  return descendantsOf(process.pid).filter((pid) => commandLine(pid).includes(words))
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // ended meanwhile
  }
}
