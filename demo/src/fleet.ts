import { writeFileSync } from 'node:fs'
import { startControlPlane } from '@fleetkey/fleet/control-plane'
import { startEnrolledHost } from '@fleetkey/fleet/enrolled-host'
import { openHostNetwork } from '@fleetkey/fleet/host-network'
import type { StartDemo } from './demo.ts'
import { environmentFile } from './environment-file.ts'
import { ALICE, makePeople } from './people.ts'
import { openSingleSignOn, signInTry } from './single-sign-on.ts'

/** Names, and the tag that policies go by. */
const HOSTS = [
  { name: 'web-1', tags: { env: 'dev' } },
  { name: 'web-2', tags: { env: 'staging' } },
  { name: 'db-1', tags: { env: 'prod' } },
] as const

const USERS = ['ec2-user', 'deploy'] as const

/** With root: three hosts out of namespaces. */
export const startFleet: StartDemo = async ({ dir, screen, undo }) => {
  const network = await openHostNetwork({ stateDir: dir, label: 'fleetkey demo' })
  undo(() => network.close())
  const plane = await startControlPlane({ dir: `${dir}/server`, address: network.address4 })
  undo(() => plane.stop())
  screen.step('control plane')
  const people = makePeople(plane).then((made) => {
    writeFileSync(`${dir}/env`, environmentFile(made.admin), { mode: 0o600 })
    writeFileSync(`${dir}/env-alice`, environmentFile(made.alice), { mode: 0o600 })
    screen.step('admin, who may do everything, and alice, who may not')
  })
  const hosts = HOSTS.map(async (host) => {
    await startEnrolledHost(network, plane, { ...host, users: USERS })
    screen.step(`${host.name} (env=${host.tags.env}): sshd and agent`)
  })
  const signingIn = openSingleSignOn(plane, { dir, osUsers: USERS, undo }).then((made) => {
    screen.step('a sign-in provider with carol, and role sre for her group')
    return made
  })
  const [signIn] = await Promise.all([signingIn, people, ...hosts])
  return {
    url: plane.url,
    signIn,
    tries: [
      { shows: 'the administrator, on web-1', as: 'env', command: 'ssh web-1 -- hostname' },
      { shows: 'a shell on db-1', as: 'env', command: 'ssh db-1' },
      {
        shows: `alice, where she may go: ${ALICE.env}, as ${ALICE.osUser}`,
        as: 'env-alice',
        command: `ssh ${ALICE.osUser}@web-2 -- id -un`,
      },
      {
        shows: 'alice, where she may not: refused, with the statement that decided',
        as: 'env-alice',
        command: `ssh ${ALICE.osUser}@db-1`,
      },
      {
        shows: 'before she tries: whether she may, and what decides it',
        as: 'env-alice',
        command: `can db-1 --os-user ${ALICE.osUser}`,
      },
      signInTry(signIn),
      {
        shows: 'on dev and staging, as role sre of her group',
        as: 'env-carol',
        command: 'ssh ec2-user@web-1 -- id -un',
      },
      { shows: 'the fleet', as: 'env', command: 'instances' },
      { shows: 'who pushed what where, and what became of it', as: 'env', command: 'events' },
    ],
  }
}
