import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reason, type Log } from '../log.ts'
import { writeWhole } from '../write-whole.ts'
import type { LogPosition } from './login-log.ts'
import { SessionBook, type BookState } from './session-book.ts'

export interface KeptBookParts {
  readonly instanceId: string
  readonly bootId: string
  /** When this boot began, in milliseconds since 1970. */
  readonly bootedAt: number
  /** Where what must outlive a boot is kept. */
  readonly state: string
  readonly wallNow: () => number
  readonly log: Log
}

/** What lies beside the enrolment: also over a boot, which ends all sessions. */
interface BookFile extends BookState {
  readonly position: LogPosition
  /** Milliseconds since 1970. */
  readonly writtenAt: number
}

/** The book of sessions as it outlives the agent, and how far the hook's lines were taken into it. */
export class KeptBook {
  readonly book: SessionBook
  /** Where an earlier agent of this boot was. */
  readonly position: LogPosition | undefined
  readonly #parts: KeptBookParts
  #kept = ''
  #isKept = true

  /** What an earlier agent left: of an earlier boot all have ended. */
  constructor(parts: KeptBookParts) {
    this.#parts = parts
    const { instanceId, bootId, bootedAt, state } = parts
    const read = readBook(fileIn(state))
    const kept = read?.instanceId === instanceId ? read : undefined
    const isThisBoot = kept?.bootId === bootId
    this.position = isThisBoot ? kept.position : undefined
    const host = { instanceId, bootId }
    if (kept === undefined || isThisBoot) {
      this.book = new SessionBook(host, kept)
      return
    }
    this.book = new SessionBook(host, { open: [], pending: kept.pending })
    // At the latest when this boot began; where the clock was set since, when the book was written.
    for (const session of kept.open) {
      const notBefore = Math.max(session.startedAt, kept.writtenAt)
      const at = Math.max(bootedAt, notBefore)
      this.book.ended(session, { at, notBefore, ending: 'host-restarted' })
    }
  }

  /** Before anything of it is sent: what the server was told of must not be new to the next run of the agent. */
  keep(position: LogPosition): void {
    const { state, wallNow, log } = this.#parts
    const kept = `${this.book.revision} ${JSON.stringify(position)}`
    if (kept === this.#kept) return
    try {
      const file: BookFile = { ...this.book.state, position, writtenAt: wallNow() }
      writeWhole(fileIn(state), JSON.stringify(file))
      this.#kept = kept
      this.#isKept = true
    } catch (failure) {
      // A full disk: what it says is told all the same, and once more should the agent die now. Said once, tried again at each look.
      if (this.#isKept) log.error('sessions-not-kept', { reason: reason(failure) })
      this.#isKept = false
    }
  }
}

const fileIn = (stateDirectory: string) => join(stateDirectory, 'sessions.json')

/** Undefined when there is none, or one that cannot be read: open sessions are found again by their processes. */
function readBook(path: string): BookFile | undefined {
  try {
    // Ours: only root writes there, and a file is there whole or not at all.
    return JSON.parse(readFileSync(path, 'utf8')) as BookFile
  } catch {
    return undefined
  }
}
