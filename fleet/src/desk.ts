import { readFile } from 'node:fs/promises'
import { FLEETKEY_IN_HOST } from './fleetkey.ts'
import type { Host } from './host.ts'
import type { ProgramResult } from './run-program.ts'
import type { TestFleet } from './test-fleet.ts'

/** A machine where somebody has an account of their own: OpenSSH reads the account's home, and no variable moves it. */
export interface Desk {
  /** What `deploy` types there, into a shell, with root's access key in the environment. */
  readonly type: (line: string, options?: TypeOptions) => Promise<ProgramResult>
  /** The same, which must go well. Returns standard output. */
  readonly must: (line: string, options?: TypeOptions) => Promise<string>
}

interface TypeOptions {
  readonly input?: string
  /** Default 90 s. */
  readonly timeoutMs?: number
}

/** @param host with the checkout, as those of test fleets have it */
export async function openDesk(fleet: TestFleet, host: Host): Promise<Desk> {
  await host.writeFile('/etc/fleetkey-ca.pem', await readFile(fleet.plane.caFile, 'utf8'))
  const bin = FLEETKEY_IN_HOST.replace(/\/fleetkey$/, '')
  const env = {
    ...fleet.plane.root,
    AWS_CA_BUNDLE: '/etc/fleetkey-ca.pem',
    HOME: '/home/deploy',
    PATH: `/usr/local/bin:/usr/bin:/bin:${bin}`,
  }
  const asDeploy = ['/sbin/runuser', '-u', 'deploy', '--', '/bin/bash', '-c'] as const
  const type: Desk['type'] = (line, { input = '', timeoutMs = 90_000 } = {}) =>
    host.exec([...asDeploy, `cd && ${line}`], { input, timeoutMs, env })
  return {
    type,
    async must(line, options) {
      const { code, stdout, stderr } = await type(line, options)
      if (code !== 0) throw new Error(`${line}: exit ${code}\n${stderr}${stdout}`)
      return stdout
    },
  }
}
