import type { TerminalEnd, TerminalEndCause } from '@fleetkey/domain/terminal-end'
import type { TerminalStep } from '@fleetkey/wire/terminal/server-frame'

/** The heading of a terminal's end; what happened is said by whoever saw it. */
export function endHeading({ cause, exitCode }: TerminalEnd): string {
  if (cause === 'exited' && exitCode !== undefined && exitCode !== 0) {
    return `The shell ended with exit code ${exitCode}`
  }
  return HEADINGS[cause]
}

/** Whether nobody meant it to end: then it is shown as a failure. */
export function isFailure({ cause }: TerminalEnd): boolean {
  return FAILURES.has(cause)
}

/** Whether it may lie on the way to the host: recordings are the control plane's. */
export function asksDoctor(end: TerminalEnd): boolean {
  return isFailure(end) && end.cause !== 'recording-failed'
}

const HEADINGS: Readonly<Record<TerminalEndCause, string>> = {
  exited: 'The shell ended',
  signalled: 'A signal ended the shell',
  'host-closed': 'The host closed the connection',
  'host-lost': 'The host was lost',
  'host-misbehaved': 'The host broke the rules of SSH',
  ended: 'This terminal was ended',
  'ended-by-other': 'Somebody ended this terminal',
  'right-withdrawn': 'The right to be here was withdrawn',
  'signed-out': 'You were signed out',
  idle: 'Nobody typed for too long',
  duration: 'Its time was over',
  unattended: 'Nobody came back to it in time',
  'recording-failed': 'It could not be recorded any more',
  stopping: 'The control plane stopped',
}

const FAILURES: ReadonlySet<TerminalEndCause> = new Set<TerminalEndCause>([
  'host-closed',
  'host-lost',
  'host-misbehaved',
  'right-withdrawn',
  'recording-failed',
])

export const STEP_WORDS: Readonly<Record<TerminalStep, string>> = {
  push: 'Push a key for this login',
  reach: 'Reach the host',
  ssh: 'Log in',
  shell: 'Start the shell',
}
