/** What was done (or would be), a line each, for the person at the terminal. */
export interface InstallReport {
  readonly lines: readonly string[]
}

/** The host cannot be set up so; all is as it was. `message` says why and what to do about it. */
export class InstallRefused extends Error {}
