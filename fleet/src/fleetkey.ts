import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { plainEnvironment, runProgram, type ProgramResult, type RunOptions } from './run-program.ts'

/** This checkout, on the machine. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
/** The same checkout inside a test host, mounted read-only. */
export const CHECKOUT_IN_HOST = '/opt/fleetkey'

export const FLEETKEY = `${CHECKOUT}/cli/bin/fleetkey`
export const FLEETKEY_IN_HOST = `${CHECKOUT_IN_HOST}/cli/bin/fleetkey`

/** Where the tests keep what is compiled of this checkout, if they do (`scripts/run-tests`): each process of ours takes it from there. */
export const COMPILED = compiledAt(CHECKOUT)
/** The same inside a test host: what the machine has not compiled, the host does for itself. */
export const COMPILED_IN_HOST = compiledAt(CHECKOUT_IN_HOST)

function compiledAt(checkout: string): Readonly<Record<string, string>> {
  const cache = process.env['NODE_COMPILE_CACHE']
  if (cache?.startsWith(`${CHECKOUT}/`) !== true) return {}
  return {
    NODE_COMPILE_CACHE: checkout + cache.slice(CHECKOUT.length),
    NODE_COMPILE_CACHE_PORTABLE: '1',
  }
}

/** What the clients (ours and AWS's) take from the environment. */
export type ClientEnvironment = Readonly<Record<string, string>>

/** Runs the one command on the machine, as a person would. */
export function fleetkey(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<ProgramResult> {
  return runProgram([FLEETKEY, ...argv], {
    timeoutMs: 30_000,
    ...options,
    // Nobody's profiles.
    env: {
      ...plainEnvironment,
      ...COMPILED,
      HOME: homedir(),
      XDG_CONFIG_HOME: '/proc/nonexistent',
      ...options.env,
    },
  })
}

/** Its JSON output. Throws with what it printed when it fails. */
export async function fleetkeyJson(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<unknown> {
  const { code, stdout, stderr } = await fleetkey([...argv, '--output', 'json'], options)
  if (code !== 0) throw new Error(`fleetkey ${argv.join(' ')}: exit ${code}\n${stderr}${stdout}`)
  return JSON.parse(stdout)
}
