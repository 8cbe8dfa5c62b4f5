import { readdirSync, readFileSync } from 'node:fs'

/** Process ids of the children of a process and theirs, parents first; empty when it is gone. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const parent = Number(statFields(Number(name))?.[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const below = (id: number): number[] =>
    (children.get(id) ?? []).flatMap((child) => [child, ...below(child)])
  return below(pid)
}

/**
 * When a process started, in clock ticks since the machine did; undefined when there is none. Together with its id it names
 * one process: ids are given out again.
 */
export function startTimeOf(pid: number): string | undefined {
  return statFields(pid)?.[19]
}

/** Sends SIGKILL; a process that ended meanwhile is as good. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Fields of proc_pid_stat(5) from the third on: the second, a name, may hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ')
  } catch {
    return undefined // processes come and go while we look
  }
}
