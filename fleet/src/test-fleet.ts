import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { startEnrolledHost, type EnrolledHost } from './enrolled-host.ts'
import { openHostNetwork, type HostNetwork } from './host-network.ts'
import { missingPrerequisites } from './prerequisites.ts'

/** What a test skips for, loudly; undefined when real hosts can be had here. */
export function whyNoHosts(): string | undefined {
  const missing = missingPrerequisites()
  return missing.length === 0 ? undefined : `real hosts need ${missing.join(', ')}`
}

/** A control plane and the hosts of one test file, in a directory of their own. */
export interface TestFleet {
  readonly dir: string
  readonly network: HostNetwork
  readonly plane: ControlPlane
  readonly hosts: Readonly<Record<string, EnrolledHost>>
  close(): Promise<void>
}

/** Hosts that are made at a time: more only wait for each other's processors. */
const AT_ONCE = 4
const USERS = ['ec2-user', 'deploy'] as const

/**
 * @param options.hosts their names, each with its tags
 * @param options.users accounts of every host; default: ec2-user and deploy
 * @param options.sshdConfig by host: what its sshd is configured otherwise
 */
export async function openTestFleet(options: {
  readonly hosts: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly users?: readonly string[]
  readonly sshdConfig?: Readonly<Record<string, string>>
  /** Of all hosts: see HostSpec. */
  readonly openssh?: string
  readonly serverEnvironment?: Readonly<Record<string, string>>
  /** See startControlPlane. */
  readonly serverSettings?: object
  /** Of the control plane; default: a free one. */
  readonly port?: number
}): Promise<TestFleet> {
  const { users = USERS, sshdConfig = {} } = options
  // Not below /tmp: hosts have their own there.
  const dir = await mkdtemp('/var/tmp/fleetkey-test-')
  const network = await openHostNetwork({ stateDir: join(dir, 'hosts') })
  let plane: ControlPlane | undefined
  async function close() {
    await plane?.stop()
    await network.close()
    await rm(dir, { recursive: true, force: true })
  }
  try {
    plane = await startControlPlane({
      dir: join(dir, 'server'),
      address: network.address4,
      environment: {
        // An address needs no DNS.
        FLEETKEY_TUNNELS_DNS_NAME: network.address4,
        ...options.serverEnvironment,
      },
      ...(options.port !== undefined && { port: options.port }),
      ...(options.serverSettings && { settings: options.serverSettings }),
    })
    const started = plane
    const waiting = Object.entries(options.hosts)
    const hosts: Record<string, EnrolledHost> = {}
    const enrol = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [name, tags] = next
        const config = sshdConfig[name]
        hosts[name] = await startEnrolledHost(network, started, {
          name,
          tags,
          users,
          ...(config === undefined ? {} : { sshdConfig: config }),
          ...(options.openssh === undefined ? {} : { openssh: options.openssh }),
        })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, enrol))
    return { dir, network, plane, hosts, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** @throws when the fleet has no host of that name */
export function hostOf(fleet: TestFleet, name: string): EnrolledHost {
  const host = fleet.hosts[name]
  if (host === undefined) throw new Error(`no host ${name}`)
  return host
}
