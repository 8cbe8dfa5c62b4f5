import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  statSync,
  watch,
  type FSWatcher,
} from 'node:fs'
import { findPathProblems } from '../install/protected-path.ts'
import { createLines } from './lines.ts'

/** sshd's longest message, each byte as `\ooo`. */
const MAX_LINE = 4096
const MAX_READ = 64 * 1024
/** Behind by more than this, what is older is skipped: somebody floods sshd. */
const MAX_BEHIND = 1024 * 1024
/** Where changes are not reported, and as a second chance everywhere. */
const LOOK_EVERY_MS = 500

/** What others than root could have written is not sshd's word. Empty when only root can write the file. */
export function findLogFileProblems(path: string): readonly string[] {
  return findPathProblems(path)
}

/**
 * Follows the file that sshd writes to (`-E`), from its end on; a file that is replaced or cut off is read from its beginning.
 *
 * sshd escapes no line breaks there (LOG_STDERR_VIS in OpenSSH's log.c), as it does for syslog: whoever reaches its port can write
 * lines of up to some 180 characters in the name of a user. So they may name a reason, and are no proof that anybody logged in.
 */
export function followLogFile(path: string, onLine: (line: string) => void): LogFile {
  return new LogFile(path, onLine)
}

export class LogFile {
  readonly #path: string
  readonly #onLine: (line: string) => void
  readonly #timer: NodeJS.Timeout
  readonly #watcher: FSWatcher | undefined
  #file: { readonly fd: number; readonly ino: number; at: number } | undefined
  #lines: (piece: string) => void

  constructor(path: string, onLine: (line: string) => void) {
    this.#path = path
    this.#onLine = (line) => onLine(line.replace(/\r$/, ''))
    this.#lines = createLines(MAX_LINE, this.#onLine)
    this.#open('end')
    this.#timer = setInterval(() => this.read(), LOOK_EVERY_MS).unref()
    this.#watcher = this.#watch()
  }

  /** What was written since. */
  read(): void {
    if (this.#isReplaced()) {
      this.#readOn()
      this.#open('beginning')
    }
    this.#readOn()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#watcher?.close()
    if (this.#file !== undefined) closeSync(this.#file.fd)
    this.#file = undefined
  }

  #watch(): FSWatcher | undefined {
    try {
      const watcher = watch(this.#path, { persistent: false }, () => this.read())
      watcher.on('error', () => watcher.close())
      return watcher
    } catch {
      return undefined
    }
  }

  #isReplaced(): boolean {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (found === undefined) return false
    const file = this.#file
    return file === undefined || found.ino !== file.ino || found.size < file.at
  }

  #open(from: 'beginning' | 'end'): void {
    if (this.#file !== undefined) closeSync(this.#file.fd)
    this.#file = undefined
    this.#lines = createLines(MAX_LINE, this.#onLine)
    if (findLogFileProblems(this.#path).length > 0) return
    const fd = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK)
    const found = fstatSync(fd)
    if (!found.isFile()) return closeSync(fd)
    this.#file = { fd, ino: found.ino, at: from === 'end' ? found.size : 0 }
  }

  #readOn(): void {
    const file = this.#file
    if (file === undefined) return
    const { size } = fstatSync(file.fd)
    if (size - file.at > MAX_BEHIND) file.at = size - MAX_READ
    const buffer = Buffer.alloc(MAX_READ)
    for (let length = -1; length !== 0 && file === this.#file; file.at += length) {
      length = readSync(file.fd, buffer, 0, MAX_READ, file.at)
      this.#lines(buffer.toString('latin1', 0, length))
    }
  }
}
