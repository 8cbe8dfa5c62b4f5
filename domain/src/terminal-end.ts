/** Why a terminal ended, as one word; the sentence comes from whoever saw it. */
export const TERMINAL_END_CAUSES = [
  /** The shell ended by itself: `exitCode` is its own. */
  'exited',
  /** A signal ended the shell on the host. */
  'signalled',
  /** sshd closed the connection. */
  'host-closed',
  /** The host answers no more, or the way to it broke. */
  'host-lost',
  /** What the host sent was no SSH, or more of it than is taken: its worker was stopped. */
  'host-misbehaved',
  /** By the person, with `end` or EndTerminal. */
  'ended',
  /** By somebody else who may. */
  'ended-by-other',
  /** The right that it was opened by is no more (`sessions.endOnWithdrawal`). */
  'right-withdrawn',
  /** The person signed out everywhere, or cannot sign in any more. */
  'signed-out',
  /** Nobody typed for too long (`terminals.idleSeconds`). */
  'idle',
  /** It lasted as long as a terminal may (`terminals.maxSeconds`). */
  'duration',
  /** No device came back within `terminals.graceSeconds`. */
  'unattended',
  /** It had to be recorded and could not be any more. */
  'recording-failed',
  /** The control plane stops. */
  'stopping',
] as const

export type TerminalEndCause = (typeof TERMINAL_END_CAUSES)[number]

export interface TerminalEnd {
  readonly cause: TerminalEndCause
  /** For people: what happened. May name what the host said, made printable; never a secret. */
  readonly says: string
  readonly mend?: string
  /** Of the shell, when it ended by itself. */
  readonly exitCode?: number
}

export const isTerminalEndCause = (value: unknown): value is TerminalEndCause =>
  (TERMINAL_END_CAUSES as readonly unknown[]).includes(value)
