import type { Figure } from './figure.ts'

/** Something to find out by measuring. */
export interface Question {
  /** As on the command line; also the name of its file. */
  readonly name: string
  readonly ask: (run: Run) => Promise<readonly Figure[]>
}

/** What a question is given. */
export interface Run {
  /** Fewer repetitions: to see that everything works, not to believe the figures. */
  readonly quick: boolean
  /** A directory of this question's own, which is removed after it. */
  readonly dir: string
  /** Where servers leave CPU profiles, if they were asked for. */
  readonly profileDir: string | undefined
  /** Tells the person who waits what goes on. */
  say(text: string): void
}
