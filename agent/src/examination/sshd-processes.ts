import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process of sshd that waits for connections. */
export interface SshdListener {
  readonly pid: number
  /** Inodes of its sockets; undefined where the agent may not look (a process with more capabilities than its own). */
  readonly sockets?: ReadonlySet<string>
}

/** Those that listen, not those that serve a login. Two of them happen: one by the distribution, one by hand. */
export function findSshdListeners(proc = '/proc'): readonly SshdListener[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isListener(read(`${proc}/${pid}/comm`), read(`${proc}/${pid}/cmdline`)))
    .map((pid) => ({ pid: Number(pid), ...socketsOf(`${proc}/${pid}/fd`) }))
}

/** `sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups`; before 8.3 its plain command line. Of logins: `sshd: alice [priv]`. */
export function isListener(comm: string, cmdline: string): boolean {
  if (comm.trim() !== 'sshd') return false
  const title = cmdline.replaceAll('\0', ' ').trim()
  if (title.includes('[listener]')) return true
  // Not one that only says something (-t, -T, -G, -V), as the checks beside this one have it do, nor one that serves a connection.
  return /^\S*\/sshd(?: |$)/.test(title) && !/ -(?:[tTGVR]|[a-zA-Z46]*i)(?: |$)/.test(title)
}

function socketsOf(directory: string): { readonly sockets?: ReadonlySet<string> } {
  try {
    const inodes = readdirSync(directory).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`${directory}/${fd}`))?.[1] ?? [],
    )
    return { sockets: new Set(inodes) }
  } catch {
    return {}
  }
}

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
