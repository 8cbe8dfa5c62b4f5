import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

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
 * one process: ids are given out again. One that ended and was not collected yet (in a container it may never be) is none.
 */
export function startTimeOf(pid: number): string | undefined {
  const fields = statFields(pid)
  return fields === undefined || /[ZX]/.test(fields[0] ?? '') ? undefined : fields[19]
}

/** Sends SIGKILL; a process that ended meanwhile is as good. */
export function killNow(pid: number): void {
  signalProcess(pid, 'SIGKILL')
}

/**
 * Signals the program that `unshare` or `nsenter` started and now waits for; they pass no signal on, and end as it ends. They
 * must live to collect it: after their death it would be for the machine's process 1 to do, whose habits we do not know, and
 * a process namespace with an uncollected process in it does not end.
 */
export function signalProgramOf(starter: ChildProcess, signal: NodeJS.Signals | number): boolean {
  if (starter.pid === undefined || hasEnded(starter)) return false
  return signalProcess(descendantsOf(starter.pid)[0] ?? starter.pid, signal)
}

/** The same, with SIGKILL and for everything that it started in turn. */
export function killProgramOf(starter: ChildProcess): void {
  if (starter.pid === undefined || hasEnded(starter)) return
  const programs = descendantsOf(starter.pid)
  for (const pid of programs.length === 0 ? [starter.pid] : programs) killNow(pid)
}

/** In the environment of every program that is started by an unprivileged host: its directory. */
export const HOST_DIRECTORY = 'FLEETKEY_HOST_DIRECTORY'

/**
 * Ends what runs out of a directory, though its owner is gone and ids were given out again: servers, whose standard error is a
 * file there, and sessions on unprivileged hosts there. Nobody's editor or `tail` is one of them. Returns how many there were.
 */
export function endProcessesOf(dir: string): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (pid) => standardErrorOf(pid).startsWith(`${dir}/`) || hostOf(pid).startsWith(`${dir}/`),
    )
    .map(Number)
  for (const pid of found) killNow(pid)
  return found.length
}

function standardErrorOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/2`)
  } catch {
    return '' // gone since we looked, or another user's
  }
}

function hostOf(pid: string): string {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    const found = environment.find((line) => line.startsWith(`${HOST_DIRECTORY}=`))
    return found?.slice(HOST_DIRECTORY.length + 1) ?? ''
  } catch {
    return ''
  }
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** False when there is no such process. */
function signalProcess(pid: number, signal: NodeJS.Signals | number): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
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
