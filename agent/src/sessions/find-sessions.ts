import type { Processes, SeenProcess } from './processes.ts'

/** A session that sshd serves now, as its processes show it. */
export interface RunningSession {
  /** Of sshd's process that stands for the connection as root. */
  readonly pid: number
  readonly start: string
  /** Of sshd's process that serves it as the user; root's is the same as `pid` until 9.7. */
  readonly child: number
  readonly osUser: string
  readonly uid: number
}

/**
 * sshd shows in its title whom it serves once somebody is logged in: `sshd: alice@pts/0`, `sshd: alice@notty`, `sshd: alice`; from 9.8 on
 * `sshd-session: …`. Before, it is `sshd: alice [priv]` alone, or beside one that ends in `[net]`. The names are sshd's only where root
 * started them: anybody may call a process of their own so.
 */
export function findSessions(processes: Processes): readonly RunningSession[] {
  const sshds = new Map(
    processes
      .list()
      .filter(isNamedSshd)
      .map((one) => [one.pid, one] as const),
  )
  return [...sshds.values()].flatMap((one) => {
    const osUser = servedUser(processes.titleOf(one.pid))
    const uid = processes.uidOf(one.pid)
    if (osUser === undefined || uid === undefined) return []
    const parent = sshds.get(one.parent)
    // Until 9.7 root's process is not divided: its parent is the one that listens.
    const monitor = uid === 0 && parent?.name !== 'sshd-session' ? one : parent
    if (monitor === undefined || processes.uidOf(monitor.pid) !== 0) return []
    // In a container sshd that listens may be the first process: whatever anybody leaves behind becomes its child, whatever it calls itself.
    if (monitor.pid === 1) return []
    return [{ pid: monitor.pid, start: monitor.start, child: one.pid, osUser, uid }]
  })
}

/** Whom sshd says in its title that it serves; nothing follows the name while there is neither shell nor command (ssh -N). */
const servedUser = (title: string) =>
  /^sshd(?:-session)?: (?:(\S+)@|([^\s[]\S*)$)/
    .exec(title)
    ?.slice(1)
    .find((name) => name !== undefined)

/** sshd's process that serves a connection as its user: none while somebody logs in, and until 9.7 none for root. */
export function findChild(pid: number, processes: Processes): SeenProcess | undefined {
  return processes
    .childrenOf(pid)
    .find((one) => isNamedSshd(one) && servedUser(processes.titleOf(one.pid)) !== undefined)
}

export const isNamedSshd = ({ name }: SeenProcess): boolean =>
  name === 'sshd' || name === 'sshd-session'
