import { writeFileSync } from 'node:fs'
import { startControlPlane } from '@fleetkey/fleet/control-plane'
import { startEnrolledHost } from '@fleetkey/fleet/enrolled-host'
import { openHostNetwork } from '@fleetkey/fleet/host-network'
import { makePeople, ALICE } from './people.ts'
import { environmentFile } from './environment-file.ts'
import type { RunningDemo } from './main.ts'

/** Names, and the tag that policies go by. */
const HOSTS = [
  { name: 'web-1', tags: { env: 'dev' } },
  { name: 'web-2', tags: { env: 'staging' } },
  { name: 'db-1', tags: { env: 'prod' } },
] as const

const USERS = ['ec2-user', 'deploy'] as const

/** With root: three hosts out of namespaces. */
export async function startFleet(dir: string): Promise<RunningDemo> {
  const network = await openHostNetwork({ stateDir: dir, label: 'fleetkey demo' })
  const plane = await startControlPlane({ dir: `${dir}/server`, address: network.address4 }).catch(
    async (error: unknown) => {
      await network.close()
      throw error
    },
  )
  async function close() {
    await plane.stop()
    await network.close()
  }
  try {
    const [, people] = await Promise.all([
      Promise.all(
        HOSTS.map((host) => startEnrolledHost(network, plane, { ...host, users: USERS })),
      ),
      makePeople(plane),
    ])
    writeFileSync(`${dir}/env`, environmentFile(people.admin), { mode: 0o600 })
    writeFileSync(`${dir}/env-alice`, environmentFile(people.alice), { mode: 0o600 })
  } catch (error) {
    await close()
    throw error
  }
  const [env, envAlice] = [`${shortPath(dir)}/env`, `${shortPath(dir)}/env-alice`]
  return {
    url: plane.url,
    close,
    tries: [
      [`. ${env} && npx fleetkey ssh web-1 -- hostname`, 'the administrator, on web-1'],
      [`. ${env} && npx fleetkey ssh db-1`, 'a shell on db-1'],
      [
        `. ${envAlice} && npx fleetkey ssh ${ALICE.osUser}@web-2 -- id -un`,
        'alice, where she may go',
      ],
      [
        `. ${envAlice} && npx fleetkey ssh ${ALICE.osUser}@db-1`,
        'alice, where she may not: and why',
      ],
      [`. ${env} && npx fleetkey instances`, 'the fleet'],
      [`. ${env} && npx fleetkey events`, 'who pushed what where, and what became of it'],
    ],
  }
}

/** As one would type it from here. */
export function shortPath(dir: string): string {
  const here = `${process.cwd()}/`
  return dir.startsWith(here) ? dir.slice(here.length) : dir
}
