/** Exit codes of `fleetkey agent …`: the numbers of the whole command (`fleetkey help exit-codes`), so that scripts learn one table. */
export const EXIT = {
  ok: 0,
  usage: 64,
  /** A file named on the command line cannot be read. */
  fileUnreadable: 66,
  /** The agent does not run, or its link is down. */
  unavailable: 69,
  internal: 70,
  /** The server refused. */
  refused: 73,
  /** Not joined, joined already, or settings that are not usable. */
  configuration: 78,
  /** The server's certificate is not trusted. */
  certificate: 80,
  cannotConnect: 81,
  /** An examination found something wrong. */
  foundBad: 90,
} as const

/** An expected end that is not success: its message says what to do. */
export class AgentFailure extends Error {
  readonly exitCode: number

  constructor(cause: keyof typeof EXIT, message: string) {
    super(message)
    this.exitCode = EXIT[cause]
  }
}
