import { existsSync, readFileSync } from 'node:fs'
import { findSshdListeners, readListener, type SshdListener } from '../sshd-listeners.ts'
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
  const path = logFileOf(findListener()?.commandLine ?? '')
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

/** From the command line of a listener: `sshd: /usr/sbin/sshd -E FILE [listener] 0 of …`. */
export function logFileOf(commandLine: string): string | undefined {
  return / -[A-Za-z46]*E ?(\/\S+)/.exec(commandLine)?.[1]
}

/** The one in sshd's own pid file is the one that the distribution starts. */
function findListener(): SshdListener | undefined {
  for (const file of PID_FILES) {
    const pid = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
    const listener = readListener(pid)
    if (listener !== undefined) return listener
  }
  return findSshdListeners()[0]
}
