import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { createInterface } from 'node:readline'
import { FLEETKEY } from '@fleetkey/fleet/fleetkey'
import { plainEnvironment, runProgram } from '@fleetkey/fleet/run-program'
import { sshArguments, type KeyPair } from '@fleetkey/fleet/ssh'
import { OS_USER, type HostUnderTest } from './host-under-test.ts'

const WAIT_SECONDS = 20

/** Milliseconds from the end of a plain ssh that was refused until `fleetkey send-key --wait`, beside it, says why. Undefined when it does not. */
export async function timeWaitedReason(
  { host, instanceId, plane }: HostUnderTest,
  client: { readonly key: KeyPair; readonly knownHostsFile: string },
): Promise<number | undefined> {
  const { key, knownHostsFile } = client
  const { identityFile } = key
  const flags = ['--os-user', OS_USER, '--public-key', `${identityFile}.pub`]
  const waiting = spawn(
    FLEETKEY,
    ['send-key', instanceId, ...flags, '--wait', String(WAIT_SECONDS)],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...plainEnvironment,
        HOME: homedir(),
        XDG_CONFIG_HOME: '/proc/nonexistent',
        ...plane.root,
      },
    },
  )
  const pushed = Promise.withResolvers<void>()
  const told = Promise.withResolvers<number | undefined>()
  const lines = createInterface(waiting.stdout)
  lines.on('line', (line) => {
    pushed.resolve()
    if (/^\S+ {2}refused /.test(line)) told.resolve(performance.now())
  })
  lines.on('close', () => {
    pushed.resolve()
    told.resolve(undefined)
  })
  await pushed.promise
  const words = sshArguments(host, { user: OS_USER, identityFile, knownHostsFile, command: 'true' })
  await runProgram(['ssh', ...words], { env: plainEnvironment })
  const deniedAt = performance.now()
  const toldAt = await told.promise
  return toldAt === undefined ? undefined : Math.max(toldAt - deniedAt, 0)
}
