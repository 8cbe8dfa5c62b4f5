import { readdirSync, readFileSync } from 'node:fs'

/** A process as /proc/PID/stat shows it (proc(5)). */
export interface SeenProcess {
  readonly pid: number
  readonly parent: number
  /** Ticks since boot, as text: with the pid it names a process for the whole of a boot. */
  readonly start: string
  /** Of its program, at most 15 characters, which a program may choose itself. */
  readonly name: string
  /** Number of the device of its terminal, 0 without one. */
  readonly terminal: number
}

/** Who logged in with the login that a process comes from (audit; proc(5)): children have it from their parents, for ever. */
export interface AuditSession {
  readonly id: number
  readonly loginUid: number
}

/** The processes of this host. Everything is asked anew; what is gone is undefined. Needs no right to look into other processes. */
export interface Processes {
  find(pid: number): SeenProcess | undefined
  list(): readonly SeenProcess[]
  childrenOf(pid: number): readonly SeenProcess[]
  /** The real user id. */
  uidOf(pid: number): number | undefined
  /** What it calls itself: sshd shows there whom it serves. */
  titleOf(pid: number): string
  auditSessionOf(pid: number): AuditSession | undefined
}

/** (uid_t) -1: no login. */
export const NO_LOGIN = 0xffff_ffff

export function openProcesses(proc = '/proc'): Processes {
  const read = (pid: number, name: string): string => {
    try {
      return readFileSync(`${proc}/${pid}/${name}`, 'latin1')
    } catch {
      return '' // it is gone
    }
  }
  const find = (pid: number) => parseStat(read(pid, 'stat'))
  const list = () =>
    readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => find(Number(name)) ?? [])
  return {
    find,
    list,
    childrenOf(pid) {
      try {
        const pids = readFileSync(`${proc}/${pid}/task/${pid}/children`, 'latin1').trim()
        return pids === '' ? [] : pids.split(' ').flatMap((child) => find(Number(child)) ?? [])
      } catch {
        // A kernel without CONFIG_PROC_CHILDREN, or the process is gone.
        return list().filter(({ parent }) => parent === pid)
      }
    },
    uidOf(pid) {
      const uid = /^Uid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1]
      return uid === undefined ? undefined : Number(uid)
    },
    titleOf: (pid) => read(pid, 'cmdline').replace(/\0+$/, ''),
    auditSessionOf(pid) {
      const [id, loginUid] = [read(pid, 'sessionid'), read(pid, 'loginuid')]
      if (!/^\d+$/.test(id) || !/^\d+$/.test(loginUid)) return undefined
      return { id: Number(id), loginUid: Number(loginUid) }
    },
  }
}

/** Undefined for a zombie too: it does nothing any more. */
function parseStat(text: string): SeenProcess | undefined {
  const [, pid, name] = /^(\d+) \((.*)\) [^)]*$/s.exec(text) ?? []
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, parent, , , terminal] = fields
  const start = fields[19]
  if (pid === undefined || name === undefined || start === undefined) return undefined
  if (state === 'Z' || state === 'X') return undefined
  return { pid: Number(pid), parent: Number(parent), start, name, terminal: Number(terminal) }
}
