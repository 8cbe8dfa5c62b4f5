import type { ChildProcess } from 'node:child_process'
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
