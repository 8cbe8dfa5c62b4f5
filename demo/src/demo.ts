import type { Screen } from './screen.ts'

/** What a running demo is, with or without root. */
export interface Description {
  readonly url: string
  /** Why there is less than usual. */
  readonly note?: string
  /** Who can sign in to the console at `url`. */
  readonly accounts: readonly ConsoleAccount[]
  /** The certificate that a browser would have to trust. */
  readonly caFile: string
  /** Where carol signs in, and as whom. */
  readonly signIn: SignIn
  /** Commands to paste, each with what it shows. */
  readonly tries: readonly Try[]
}

/** A user with a password. */
export interface ConsoleAccount {
  readonly name: string
  readonly password: string
}

/** A person of the demo's provider. */
export interface SignIn {
  readonly issuer: string
  readonly name: string
  readonly password: string
}

export interface Try {
  readonly shows: string
  /** Whose credentials: the file in the demo's directory. */
  readonly as: 'env' | 'env-alice' | 'env-carol'
  /** What follows `fleetkey`. */
  readonly command: string
}

export interface Demo {
  readonly description: Description
  close(): Promise<void>
}

/** Starts one. What it opens it hands to `undo` at once, so that a start can be stopped at any point. */
export type StartDemo = (given: {
  readonly dir: string
  /** What this machine lacks for three hosts. */
  readonly missing: readonly string[]
  readonly screen: Screen
  readonly undo: (close: () => Promise<unknown>) => void
}) => Promise<Description>
