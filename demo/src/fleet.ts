import { writeFileSync } from 'node:fs'
import { isFree, startControlPlane } from '@fleetkey/fleet/control-plane'
import { startEnrolledHost } from '@fleetkey/fleet/enrolled-host'
import { openHostNetwork } from '@fleetkey/fleet/host-network'
import { ON_LOOPBACK } from '@fleetkey/fleet/private-fleet'
import type { StartDemo } from './demo.ts'
import { INSTALL_IN_HOST } from '@fleetkey/fleet/launched-host'
import { environmentFile } from './environment-file.ts'
import { launchProgramFor, listenForOrders } from './launch-orders.ts'
import { createLaunchedHosts, DEMO_IMAGE } from './launched-hosts.ts'
import { ALICE, makePeople } from './people.ts'
import { openSingleSignOn, signInTry } from './single-sign-on.ts'

const USERS = ['ec2-user', 'deploy'] as const

/** Whom policies let in on web-2, and sshd there does not: what only the host can tell. */
const GUEST = 'guest'

/** Names, the tag that policies go by, accounts, and what stands first in sshd's configuration. */
const HOSTS = [
  { name: 'web-1', tags: { env: 'dev' }, users: USERS, sshdConfig: '' },
  {
    name: 'web-2',
    tags: { env: 'staging' },
    users: [...USERS, GUEST],
    sshdConfig: `DenyUsers ${GUEST}\n`,
  },
  // Nobody can connect to it: a host behind whatever network, for tunnels.
  { name: 'db-1', tags: { env: 'prod' }, users: USERS, sshdConfig: ON_LOOPBACK },
] as const

/** With root: three hosts out of namespaces. */
export const startFleet: StartDemo = async ({ dir, screen, undo }) => {
  const network = await openHostNetwork({ stateDir: dir, label: 'fleetkey demo' })
  undo(() => network.close())
  const orders = `${dir}/orders`
  const plane = await startControlPlane({
    dir: `${dir}/server`,
    address: network.address4,
    // AWS's own client opens tunnels on no other port.
    ...((await isFree(network.address4, 443)) ? { port: 443 } : {}),
    environment: { FLEETKEY_TUNNELS_DNS_NAME: network.address4 },
    settings: {
      launch: { install: INSTALL_IN_HOST },
      images: {
        [DEMO_IMAGE]: {
          description: 'One more host of this demo, which joins by itself',
          program: launchProgramFor(orders),
        },
      },
    },
  })
  undo(() => plane.stop())
  screen.step('control plane')
  const tell = (text: string) => screen.say(text)
  const door = await listenForOrders(orders, createLaunchedHosts({ network, users: USERS, tell }))
  undo(() => door.close())
  const people = makePeople(plane).then((made) => {
    writeFileSync(`${dir}/env`, environmentFile(made.admin.environment), { mode: 0o600 })
    writeFileSync(`${dir}/env-alice`, environmentFile(made.alice.environment), { mode: 0o600 })
    screen.step('admin, who may do everything, and alice, who may not')
    return [made.admin.account, made.alice.account]
  })
  const hosts = HOSTS.map(async (host) => {
    await startEnrolledHost(network, plane, host)
    screen.step(`${host.name} (env=${host.tags.env}): sshd and agent`)
  })
  const signingIn = openSingleSignOn(plane, { dir, osUsers: USERS, undo }).then((made) => {
    screen.step('a sign-in provider with carol, and role sre for her group')
    return made
  })
  const [signIn, accounts] = await Promise.all([signingIn, people, ...hosts])
  return {
    url: plane.url,
    accounts,
    caFile: plane.caFile,
    signIn,
    tries: [
      { shows: 'the administrator, on web-1', as: 'env', command: 'ssh web-1 -- hostname' },
      {
        shows: 'db-1 takes no connection from anywhere: through a tunnel',
        as: 'env',
        command: 'ssh db-1 -- hostname',
      },
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
      {
        shows: "web-2's own sshd refuses this user: the host says why, and the mend",
        as: 'env',
        command: `ssh ${GUEST}@web-2`,
      },
      {
        shows: 'looks at the whole way before anybody tries, and names the cause',
        as: 'env',
        command: `doctor web-2 --os-user ${GUEST}`,
      },
      signInTry(signIn),
      {
        shows: 'on dev and staging, as role sre of her group',
        as: 'env-carol',
        command: 'ssh ec2-user@web-1 -- id -un',
      },
      {
        shows: 'one more host, that joins by itself; "instances forget" removes it',
        as: 'env',
        command: `instances launch --image ${DEMO_IMAGE} --wait`,
      },
      { shows: 'the fleet', as: 'env', command: 'instances' },
      {
        shows: 'who logged in where, by which push; "sessions end" ends one',
        as: 'env',
        command: 'sessions list --all',
      },
      { shows: 'who pushed what where, and what became of it', as: 'env', command: 'events' },
    ],
  }
}
