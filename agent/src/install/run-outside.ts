import { isSystemdRunning } from './service-unit.ts'
import { type ProgramResult, runProgram } from './run-program.ts'

/**
 * Runs a program as the system itself would, not within the bounds that the agent's own service has (service-unit.ts): it cannot
 * read firewall rules there, nor write below /etc and /usr. Where the agent runs without those bounds it is an ordinary child.
 */
export function runOutside(argv: readonly [string, ...string[]]): Promise<ProgramResult> {
  return isBoundByService() ? runProgram(['systemd-run', ...TRANSIENT, ...argv]) : runProgram(argv)
}

/** systemd.exec(5), INVOCATION_ID: set for every process of a service. */
export function isBoundByService(): boolean {
  return isSystemdRunning() && process.env['INVOCATION_ID'] !== undefined
}

/** systemd-run(1): waits, hands over what the program says and its exit code, and leaves no failed unit behind. */
const TRANSIENT = ['--quiet', '--collect', '--wait', '--pipe', '--service-type=exec', '--']
