import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { findJournalctl } from './journal.ts'
import { findLogFileProblems } from './log-file.ts'

/** Where sshd's own words can be read so that nobody but root can have written them. */
export type SshdLog =
  | { readonly kind: 'journal'; readonly program: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none'; readonly because: string }

const PID_FILES = ['/run/sshd.pid', '/var/run/sshd.pid']

/** A file named with `-E` when the sshd that listens has one, else the journal. Never /dev/log or files of syslog daemons: anybody can write there. */
export function findSshdLog(): SshdLog {
  const path = logFileOf(findListener() ?? '')
  if (path !== undefined) {
    const [problem] = findLogFileProblems(path)
    return problem === undefined
      ? { kind: 'file', path }
      : { kind: 'none', because: `Others than root can write to sshd's log. ${problem}` }
  }
  const program = findJournalctl()
  return program === undefined
    ? { kind: 'none', because: 'No journald runs here, and sshd was started without -E.' }
    : { kind: 'journal', program }
}

/** From a command line, its words apart by spaces: that is how sshd shows it, `sshd: /usr/sbin/sshd -E FILE [listener] 0 of …`. */
export function logFileOf(commandLine: string): string | undefined {
  return / -[A-Za-z46]*E ?(\/\S+)/.exec(commandLine)?.[1]
}

function findListener(): string | undefined {
  for (const file of PID_FILES) {
    const pid = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
    const line = /^\d+$/.test(pid) ? commandLineOf(pid) : undefined
    if (line !== undefined && isListener(line)) return line
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf)
    .find((line) => line !== undefined && isListener(line))
}

/** Not one that serves a connection (-R), nor one that only says something (-t, -T, -G, -V). */
export const isListener = (line: string): boolean =>
  /^sshd: .*\[listener\]/.test(line) ||
  (/^\S*\/sshd( |$)/.test(line) && !/ -[RtTGV]( |$)/.test(line))

/** Of a process of root. Undefined when it has ended meanwhile. */
function commandLineOf(pid: string): string | undefined {
  try {
    if (statSync(`/proc/${pid}`).uid !== 0) return undefined
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return undefined
  }
}
