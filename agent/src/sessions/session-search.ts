import { existsSync } from 'node:fs'
import { findSessions, type RunningSession } from './find-sessions.ts'
import type { Processes } from './processes.ts'

/** All processes of the host are looked at so often, for a session that the hook missed; where it tells of none, nothing else finds one. */
const SEARCH_EVERY_MS = { hook: 30_000, noHook: 2000 }

/** Looks for sessions of which the hook did not tell, now and then. */
export class SessionSearch {
  readonly #processes: Processes
  readonly #hook: string
  #searchedAt = -Infinity
  #isDeaf = false

  /** @param hook where PAM runs one */
  constructor(processes: Processes, hook: string) {
    this.#processes = processes
    this.#hook = hook
  }

  /** None, when it is not time yet. */
  find(): readonly RunningSession[] {
    const now = performance.now()
    if (now - this.#searchedAt < SEARCH_EVERY_MS[this.hasHook ? 'hook' : 'noHook']) return []
    this.#searchedAt = now
    return findSessions(this.#processes)
  }

  /** There is something to find: the next time is now. */
  soon(): void {
    this.#searchedAt = -Infinity
  }

  /** A session began of which the hook told nothing. */
  hookIsDeaf(): void {
    this.#isDeaf = true
  }

  get hasHook(): boolean {
    return !this.#isDeaf && existsSync(this.#hook)
  }
}
