import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { startControlPlane } from '@fleetkey/fleet/control-plane'
import { FLEETKEY, fleetkeyJson } from '@fleetkey/fleet/fleetkey'
import { plainEnvironment, runProgram } from '@fleetkey/fleet/run-program'
import { startUnprivilegedHost } from '@fleetkey/fleet/unprivileged-host'
import { environmentFile } from './environment-file.ts'
import { shortPath } from './fleet.ts'
import type { RunningDemo } from './main.ts'
import { makePeople } from './people.ts'

/** Without root: one host, an sshd of the current user's on a high port, with `file` delivery. */
export async function startSingleHost(
  dir: string,
  missing: readonly string[],
): Promise<RunningDemo> {
  const agentRoot = `${dir}/host/agent`
  mkdirSync(`${agentRoot}/etc/fleetkey`, { recursive: true, mode: 0o700 })
  const host = await startUnprivilegedHost({
    dir: `${dir}/host`,
    sshdConfig: `AuthorizedKeysFile ${agentRoot}/run/fleetkey/authorized_keys/%u\n`,
  })
  const plane = await startControlPlane({ dir: `${dir}/server`, address: '127.0.0.1' })
  const settings = {
    delivery: 'file',
    allowUsers: [host.user],
    allowRoot: host.user === 'root',
    sshPort: host.port,
  }
  writeFileSync(`${agentRoot}/etc/fleetkey/agent.json`, `${JSON.stringify(settings)}\n`, {
    mode: 0o600,
  })
  const env = {
    ...plainEnvironment,
    FLEETKEY_AGENT_ROOT: agentRoot,
    FLEETKEY_SSHD_CONFIG: host.sshdConfigPath,
  }
  const { joinToken } = (await fleetkeyJson(
    ['join-tokens', 'create', '--name', 'web-1', '--tag', 'env=dev'],
    { env: plane.root },
  )) as { joinToken: string }
  const joined = await runProgram([FLEETKEY, 'agent', 'join', plane.url], { input: joinToken, env })
  if (joined.code !== 0) throw new Error(`the host did not join: ${joined.stderr}`)
  const log = openSync(`${dir}/agent.log`, 'a', 0o600)
  const agent = spawn(FLEETKEY, ['agent', 'run'], { env, stdio: ['ignore', log, log] })
  const people = await makePeople(plane)
  writeFileSync(`${dir}/env`, environmentFile(people.admin), { mode: 0o600 })
  writeFileSync(`${dir}/env-alice`, environmentFile(people.alice), { mode: 0o600 })
  const env1 = `${shortPath(dir)}/env`
  return {
    url: plane.url,
    note: `Without ${missing.join(', ')} there is one host, web-1: an sshd of your own on port ${host.port}.`,
    tries: [
      [`. ${env1} && npx fleetkey ssh ${host.user}@web-1 -- hostname`, 'yourself, on web-1'],
      [`. ${env1} && npx fleetkey instances`, 'the fleet'],
      [`. ${env1} && npx fleetkey events`, 'who pushed what where, and what became of it'],
    ],
    async close() {
      const ended = once(agent, 'exit')
      agent.kill('SIGTERM')
      await ended
      await plane.stop()
      await host.stop()
    },
  }
}
