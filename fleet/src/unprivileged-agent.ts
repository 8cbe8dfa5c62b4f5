import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { ControlPlane } from './control-plane.ts'
import { FLEETKEY, fleetkeyJson } from './fleetkey.ts'
import { hasEnded } from './process-tree.ts'
import { endsWithOwner, plainEnvironment, runProgram } from './run-program.ts'
import { until } from './until.ts'

/** An agent of the current user's, with all its files below a directory. */
export interface UnprivilegedAgent {
  readonly instanceId: string
  /** SIGTERM, and waits. */
  stop(): Promise<void>
}

/** Joins and starts one, and waits until the control plane sees it. Its settings are below `root` already. */
export async function startUnprivilegedAgent(options: {
  readonly root: string
  readonly plane: ControlPlane
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
}): Promise<UnprivilegedAgent> {
  const { root, plane, name, tags } = options
  const env = { ...plainEnvironment, FLEETKEY_AGENT_ROOT: root }
  const tagArguments = Object.entries(tags).flatMap(([key, value]) => ['--tag', `${key}=${value}`])
  const { joinToken } = (await fleetkeyJson(
    ['join-tokens', 'create', '--name', name, ...tagArguments],
    { env: plane.root },
  )) as { joinToken: string }
  const joined = await runProgram([FLEETKEY, 'agent', 'join', plane.url], { input: joinToken, env })
  const [instanceId] = /i-[0-9a-f]{17}/.exec(joined.stdout) ?? []
  if (joined.code !== 0 || instanceId === undefined)
    throw new Error(`${name} did not join: ${joined.stderr}${joined.stdout}`)
  const logFile = `${root}/agent.log`
  const log = openSync(logFile, 'a', 0o600)
  const [program, ...args] = endsWithOwner([FLEETKEY, 'agent', 'run'])
  const child = spawn(program, args, { detached: true, env, stdio: ['ignore', log, log] })
  closeSync(log)
  async function stop() {
    if (hasEnded(child)) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  const isThere = () =>
    plane
      .log()
      .split('\n')
      .some((line) => line.includes(instanceId) && line.includes('"agent arrived"'))
  try {
    await until('the agent has connected', () => isThere() || hasEnded(child), 15_000)
    if (hasEnded(child)) throw new Error('it ended')
  } catch (error) {
    await stop()
    const words = readFileSync(logFile, 'utf8')
    throw new Error(`the agent of ${name} did not connect:\n${words}`, { cause: error })
  }
  return { instanceId, stop }
}
