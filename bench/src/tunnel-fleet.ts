import { mkdir } from 'node:fs/promises'
import { startControlPlane, type ControlPlane } from '@fleetkey/fleet/control-plane'
import { startEnrolledHost, type EnrolledHost } from '@fleetkey/fleet/enrolled-host'
import { CHECKOUT_IN_HOST, FLEETKEY } from '@fleetkey/fleet/fleetkey'
import { openHostNetwork } from '@fleetkey/fleet/host-network'
import { plainEnvironment } from '@fleetkey/fleet/run-program'
import { generateKey, sshArguments, writeKnownHosts } from '@fleetkey/fleet/ssh'
import { OS_USER } from './host-under-test.ts'
import type { Run } from './question.ts'

/** Ports of the host's byte servers: one that everybody reaches, and one on loopback, which the agent alone does. */
const OPEN_PORT = 7001
const PRIVATE_PORT = 7002

/** A way from this machine to a port of a host: a program whose standard input and output are the bytes. */
export interface Way {
  readonly name: string
  readonly argv: readonly [string, ...string[]]
}

/** A host with byte servers, and three ways to it. */
export interface TunnelFleet {
  readonly plane: ControlPlane
  readonly web: EnrolledHost
  /** Through another host's sshd, as people do it. */
  readonly jump: Way
  /** Through the control plane, which dials the host. */
  readonly direct: Way
  /** Through the control plane and the connection that the host's agent opens. */
  readonly throughAgent: Way
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function startTunnelFleet(run: Run): Promise<TunnelFleet> {
  run.say('starting a control plane and two hosts')
  const network = await openHostNetwork({ stateDir: `${run.dir}/hosts`, label: 'fleetkey bench' })
  let plane: ControlPlane | undefined
  const stop = async () => {
    await plane?.stop()
    await network.close()
  }
  try {
    const environment = profiling(run)
    plane = await startControlPlane({
      dir: `${run.dir}/server`,
      address: network.address4,
      environment,
      // `tunnel-memory` opens 500 to one host.
      settings: { tunnels: { maxPerInstance: 512 } },
    })
    const [web, jump] = await Promise.all([
      startEnrolledHost(network, plane, { name: 'web', users: [OS_USER] }),
      network.startHost({ name: 'jump', users: [OS_USER] }),
    ])
    await openPorts(web)
    const key = await generateKey(run.dir, 'ed25519', 'jump')
    await jump.writeFile(`/home/${OS_USER}/.ssh/authorized_keys`, `${key.publicKey}\n`, {
      owner: `${OS_USER}:${OS_USER}`,
    })
    const knownHostsFile = await writeKnownHosts(`${run.dir}/known_hosts`, [jump])
    const home = `${run.dir}/home`
    await mkdir(home)
    const proxy = (port: number) =>
      [FLEETKEY, 'proxy', web.instanceId, '--via', 'tunnel', '--port', String(port)] as const
    return {
      plane,
      web,
      jump: {
        name: '`ssh -W` through a jump host',
        argv: [
          'ssh',
          ...sshArguments(jump, {
            user: OS_USER,
            identityFile: key.identityFile,
            knownHostsFile,
            arguments: ['-W', `${web.host.address4}:${OPEN_PORT}`],
          }),
        ],
      },
      direct: { name: 'tunnel, dialled by the control plane', argv: [...proxy(OPEN_PORT)] },
      throughAgent: { name: 'tunnel, through the agent', argv: [...proxy(PRIVATE_PORT)] },
      // A home, as a person has: the compile cache is there.
      env: { ...plainEnvironment, ...plane.root, HOME: home },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function profiling({ profileDir }: Run): Record<string, string> {
  return profileDir === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` }
}

/** Starts the byte servers, and has the agent let tunnels to them. */
async function openPorts(web: EnrolledHost): Promise<void> {
  const { host } = web
  const program = `${CHECKOUT_IN_HOST}/bench/src/byte-server.ts`
  const node = `${CHECKOUT_IN_HOST}/node_modules/node/bin/node`
  host.spawn([node, program, host.address4, String(OPEN_PORT)], { stdio: 'ignore' })
  host.spawn([node, program, '127.0.0.1', String(PRIVATE_PORT)], { stdio: 'ignore' })
  await web.stopAgent()
  await host.exec(['mkdir', '-p', '/etc/fleetkey'])
  const settings = { tunnelPorts: [22, OPEN_PORT, PRIVATE_PORT] }
  await host.writeFile('/etc/fleetkey/agent.json', JSON.stringify(settings), { mode: '0600' })
  await web.startAgent()
}
