import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { NO_LOGIN, openProcesses } from './sessions/processes.ts'

/** A process of root's sshd that waits for connections. */
export interface SshdListener {
  readonly pid: number
  /** As sshd shows it, its words apart by spaces: `sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups`. */
  readonly commandLine: string
}

/**
 * Those that listen, not those that serve a login. Two of them happen: one by the distribution, one by hand. Those that no login began come
 * first: some programs make themselves root's altogether for whoever starts them, as sudo does while it waits for a password.
 */
export function findSshdListeners(proc = '/proc'): readonly SshdListener[] {
  const processes = openProcesses(proc)
  const isOfLogin = ({ pid }: SshdListener): boolean =>
    (processes.auditSessionOf(pid)?.loginUid ?? NO_LOGIN) !== NO_LOGIN
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readListener(pid, proc) ?? [])
    .toSorted((one, other) => Number(isOfLogin(one)) - Number(isOfLogin(other)))
}

/** That process, if it is one that listens. */
export function readListener(pid: string, proc = '/proc'): SshdListener | undefined {
  const directory = `${proc}/${pid}`
  if (!/^\d+$/.test(pid) || read(`${directory}/comm`).trim() !== 'sshd') return undefined
  const commandLine = read(`${directory}/cmdline`).replaceAll('\0', ' ').trim()
  return isListening(commandLine) && isRoots(Number(pid), proc)
    ? { pid: Number(pid), commandLine }
    : undefined
}

/**
 * By the title that sshd gives itself; before 8.3 that is its plain command line. Not of logins (`sshd: alice [priv]`), nor one that only
 * says something (-t, -T, -G, -V), as the examination of a host has it do, nor one that serves a connection (-R, -i).
 */
export function isListening(commandLine: string): boolean {
  if (/^sshd: .*\[listener\]/.test(commandLine)) return true
  return (
    /^\S*\/sshd(?: |$)/.test(commandLine) && !/ -(?:[tTGVR]|[a-zA-Z46]*i)(?: |$)/.test(commandLine)
  )
}

/** How many connections wait to log in, and from how many on sshd drops some (MaxStartups). Undefined before 8.3, and for some milliseconds. */
export function startupsOf({
  commandLine,
}: SshdListener): { readonly now: number; readonly begin: number } | undefined {
  const [, now, begin] = /\[listener\] (\d+) of (\d+)-\d+ startups/.exec(commandLine) ?? []
  return now === undefined ? undefined : { now: Number(now), begin: Number(begin) }
}

/** Whether its program was replaced by another since it started, as an update does. */
export function runsReplaced({ pid }: SshdListener, proc = '/proc'): boolean {
  return linkOf(`${proc}/${pid}/exe`).endsWith(' (deleted)')
}

/** Inodes of a process's sockets; undefined where the agent may not look (a process with more capabilities than its own). */
export function socketsOf({ pid }: SshdListener, proc = '/proc'): readonly string[] | undefined {
  const directory = `${proc}/${pid}/fd`
  try {
    return readdirSync(directory).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`${directory}/${fd}`))?.[1] ?? [],
    )
  } catch {
    return undefined
  }
}

/**
 * Anybody may run an sshd of their own, or a program that has root's rights under any name and title (su by a link, waiting for a password):
 * who began such a one is its real user.
 */
const isRoots = (pid: number, proc: string): boolean => openProcesses(proc).uidOf(pid) === 0

/** Empty for what has gone meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
