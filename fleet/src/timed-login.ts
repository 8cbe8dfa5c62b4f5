import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { FLEETKEY, type ClientEnvironment } from './fleetkey.ts'
import { plainEnvironment } from './run-program.ts'

/** A login that a person tries with fleetkey, and what they were told when. */
export interface TimedLogin {
  readonly code: number
  readonly stderr: string
  /** Milliseconds from ssh's own words to the host's reason; undefined when one of them did not come. */
  readonly reasonAfterMs: number | undefined
}

const LIMIT_MS = 60_000

/** Tries until a reason is told: a host that has no time right now tells none. */
export async function explainedLogin(
  argv: readonly string[],
  env: ClientEnvironment,
): Promise<TimedLogin> {
  for (let tries = 1; ; tries++) {
    const login = await timedLogin(argv, env)
    if (login.reasonAfterMs !== undefined || tries === TRIES) return login
  }
}

const TRIES = 4

/** Runs `fleetkey ssh …`, and notes when each of its words came. */
export async function timedLogin(
  argv: readonly string[],
  env: ClientEnvironment,
): Promise<TimedLogin> {
  const child = spawn(FLEETKEY, ['ssh', ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...plainEnvironment, HOME: homedir(), XDG_CONFIG_HOME: '/proc/nonexistent', ...env },
  })
  const late = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  let stderr = ''
  let saidAt: number | undefined
  let reasonAt: number | undefined
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    saidAt ??= performance.now()
    if (stderr.includes('The host says why:')) reasonAt ??= performance.now()
  })
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit) => resolve(exit ?? 128))
  })
  clearTimeout(late)
  const reasonAfterMs =
    saidAt === undefined || reasonAt === undefined ? undefined : reasonAt - saidAt
  return { code, stderr, reasonAfterMs }
}
