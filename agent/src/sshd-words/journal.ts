import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createLines } from './lines.ts'

/** A line that says that it is sshd's: the journal knows better who wrote it. */
export interface JournalLine {
  readonly message: string
  /** Written by root's own sshd. */
  readonly isSshds: boolean
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Trusted: who really wrote it. */
  readonly uid: number
  readonly program: string
}

const PROGRAMS = ['/usr/bin/journalctl', '/bin/journalctl']
/** Until 9.7 one program does all, then one for each session, and from 10.0 one for what comes before the login. */
const IDENTIFIERS = ['sshd', 'sshd-session', 'sshd-auth']
const FIELDS = ['MESSAGE', '_PID', '_UID', '_EXE', '_TRANSPORT']
/** Messages over 4 KiB journalctl leaves out by itself. */
const MAX_LINE = 16 * 1024
const RESTART_MS = { first: 250, longest: 30_000 }

/** Where journald runs, and can be read. */
export function findJournalctl(): string | undefined {
  if (!existsSync('/run/systemd/journal/socket')) return undefined
  return PROGRAMS.find((path) => existsSync(path))
}

/**
 * Follows what claims to be sshd's in the journal, from now on. A journalctl that ends is started again where it stopped. Fields that
 * begin with `_` are journald's own, from the kernel (systemd.journal-fields(7), "Trusted journal fields").
 */
export function followJournal(
  program: string,
  onLine: (line: JournalLine) => void,
  onFailure: (reason: string) => void,
): { close(): void } {
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let cursor: string | undefined
  let wait = RESTART_MS.first
  let isClosed = false

  const start = () => {
    const place = cursor === undefined ? ['--lines=0'] : [`--after-cursor=${cursor}`]
    child = spawn(
      program,
      [
        '--follow',
        '--quiet',
        '--no-pager',
        '--output=json',
        ...place,
        `--output-fields=${FIELDS.join(',')}`,
        ...IDENTIFIERS.map((name) => `--identifier=${name}`),
      ],
      { stdio: ['ignore', 'pipe', 'ignore'], env: { LC_ALL: 'C' } },
    )
    const lines = createLines(MAX_LINE, (text) => {
      const entry = readEntry(text)
      if (entry === undefined) return
      cursor = entry.cursor
      wait = RESTART_MS.first
      onLine(entry.line)
    })
    child.stdout?.setEncoding('utf8').on('data', lines)
    let isOver = false
    const ended = (reason: string) => {
      if (isOver || isClosed) return
      isOver = true
      onFailure(reason)
      timer = setTimeout(start, wait).unref()
      wait = Math.min(wait * 2, RESTART_MS.longest)
    }
    child.on('error', (error) => ended(error.message))
    child.on('close', (code, signal) => ended(`journalctl ended: ${code ?? signal}`))
    // An agent that ends does not wait for it.
    child.unref()
  }

  start()
  return {
    close() {
      isClosed = true
      clearTimeout(timer)
      child?.kill()
    },
  }
}

/** One line of `journalctl --output=json`; all values are text. */
export function readEntry(
  text: string,
): { readonly cursor: string; readonly line: JournalLine } | undefined {
  const entry = parse(text)
  if (entry === undefined) return undefined
  const cursor = entry['__CURSOR']
  const message = entry['MESSAGE']
  // A message with control characters comes as a list of bytes: sshd writes none.
  if (typeof cursor !== 'string' || typeof message !== 'string') return undefined
  const uid = Number(entry['_UID'] ?? NaN)
  const program = typeof entry['_EXE'] === 'string' ? entry['_EXE'] : ''
  return {
    cursor,
    line: {
      message,
      // The program is missing when the process had ended by the time that journald looked; the uid comes with the message itself.
      isSshds:
        uid === 0 && entry['_TRANSPORT'] === 'syslog' && (program === '' || isSshdProgram(program)),
      pid: Number(entry['_PID'] ?? NaN),
      at: Math.floor(Number(entry['__REALTIME_TIMESTAMP']) / 1000),
      uid,
      program,
    },
  }
}

/** By its path, also of one that was replaced by an update while it runs. */
export function isSshdProgram(path: string): boolean {
  return /\/(?:sshd|sshd-session|sshd-auth)(?: \(deleted\))?$/.test(path)
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
