import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs'

/** How far a file was read. */
interface FilePosition {
  readonly inode: number
  readonly offset: number
}

export interface LogPosition {
  readonly log: FilePosition
  readonly before: FilePosition
}

const START: FilePosition = { inode: 0, offset: 0 }
/** A longer log makes place for a new one. */
const MAX_LENGTH = 256 * 1024
/** A hook that had opened the old one still writes to it. It lives for milliseconds; on a host that is out of breath, for seconds. */
const WRITERS_MS = 10_000
const CHUNK = 64 * 1024

/** What the session hook writes (session-hook.sh), read line by line. Lines are taken once, also by an agent that starts again. */
export class LoginLog {
  readonly #path: string
  readonly #now: () => number
  #log: FilePosition
  #before: FilePosition
  #turnedAt = 0

  /**
   * @param directory for root alone
   * @param position where an earlier run of the agent was; lines are read again when it is not of these files
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(directory: string, position: LogPosition | undefined, now = () => performance.now()) {
    this.#path = `${directory}/log`
    this.#now = now
    this.#log = position?.log ?? START
    this.#before = position?.before ?? START
    this.#turnedAt = now()
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  }

  get position(): LogPosition {
    return { log: this.#log, before: this.#before }
  }

  /** The whole lines that came since, in their order. */
  take(): readonly string[] {
    // The agent died between the renaming and its note of it: what it knew as the log is the one before now.
    const [before, earlier] = this.#read(`${this.#path}.before`, this.#before, this.#log)
    const [log, later] = this.#read(this.#path, this.#log)
    this.#before = before
    this.#log = log
    if (before.inode !== 0 && this.#now() - this.#turnedAt > WRITERS_MS) {
      rmSync(`${this.#path}.before`, { force: true })
      this.#before = START
    } else if (before.inode === 0 && log.offset > MAX_LENGTH) {
      renameSync(this.#path, `${this.#path}.before`)
      this.#before = log
      this.#log = START
      this.#turnedAt = this.#now()
    }
    return [...earlier, ...later]
  }

  /** From where one of these positions says, of the same file; else from its beginning. */
  #read(path: string, ...known: readonly FilePosition[]): [FilePosition, readonly string[]] {
    let file: number
    try {
      file = openSync(path, 'r')
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return [START, []]
      throw failure
    }
    try {
      const { ino, size } = fstatSync(file)
      const found = known.find(({ inode, offset }) => inode === ino && offset <= size)
      const { offset } = found ?? START
      const text = readFrom(file, offset)
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      return [{ inode: ino, offset: offset + whole.length }, whole.split('\n').slice(0, -1)]
    } finally {
      closeSync(file)
    }
  }
}

/** Latin-1 has as many characters as there are bytes. */
function readFrom(file: number, offset: number): string {
  const chunk = Buffer.alloc(CHUNK)
  let text = ''
  for (;;) {
    const count = readSync(file, chunk, 0, CHUNK, offset + text.length)
    if (count === 0) return text
    text += chunk.toString('latin1', 0, count)
  }
}
