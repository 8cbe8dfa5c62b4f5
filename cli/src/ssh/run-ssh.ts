import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { Failure } from '../failure.ts'

/** ssh as it runs: this terminal is its own. */
export interface RunningSsh {
  /** ssh's exit code, or 128 and the number of the signal that ended it. */
  readonly ended: Promise<number>
  /** Ends it, without its words. */
  end(): void
}

// What the terminal sends goes to ssh and to us alike; ssh must have it only once.
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']
const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1']

/** Starts the machine's own ssh, scp or sftp, without a shell, and passes signals on to it until it ends. */
export function runSsh(program: 'ssh' | 'scp' | 'sftp', args: readonly string[]): RunningSsh {
  const child = spawn(program, args, { stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  const fromTerminal = (signal: NodeJS.Signals) => {
    // Not process.stdin: opening it would make the descriptor that ssh shares non-blocking.
    if (!isatty(0)) child.kill(signal)
  }
  for (const signal of FORWARDED) process.on(signal, forward)
  for (const signal of FROM_TERMINAL) process.on(signal, fromTerminal)
  const ended = exitOf(child, program).finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward)
    for (const signal of FROM_TERMINAL) process.off(signal, fromTerminal)
  })
  return { ended, end: () => child.kill('SIGTERM') }
}

function exitOf(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new Failure('configuration', `${program} could not be started.`, {
          why: [error.message],
          todo: ['Install the OpenSSH client (package openssh-client or openssh-clients).'],
        }),
      ),
    )
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
}
