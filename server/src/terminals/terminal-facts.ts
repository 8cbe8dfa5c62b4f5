/** What a terminal is, whatever happens to it. */
export interface TerminalFacts {
  readonly terminalId: string
  readonly instanceId: string
  readonly osUser: string
  /** Whose it is (domain/src/owner.ts). */
  readonly owner: string
  readonly principalArn: string
  readonly userName: string
  /** Of the push that let it in. */
  readonly grantRequestId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
}
