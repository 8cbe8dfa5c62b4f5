import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../write-whole.ts'
import type { LogPosition } from './login-log.ts'
import type { BookState } from './session-book.ts'

/** What is kept of sessions beside the enrolment: also over a boot, which ends them all. */
export interface KeptBook extends BookState {
  readonly position: LogPosition
  /** When it was written, milliseconds since 1970. */
  readonly writtenAt: number
}

const pathIn = (stateDirectory: string) => join(stateDirectory, 'sessions.json')

export function writeBook(stateDirectory: string, book: KeptBook): void {
  writeWhole(pathIn(stateDirectory), JSON.stringify(book))
}

/** Undefined when there is none, or one that cannot be read: open sessions are found again by their processes. */
export function readBook(stateDirectory: string): KeptBook | undefined {
  try {
    // Ours: only root writes there, and a file is there whole or not at all.
    return JSON.parse(readFileSync(pathIn(stateDirectory), 'utf8')) as KeptBook
  } catch {
    return undefined
  }
}
