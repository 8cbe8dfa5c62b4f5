import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { startEnrolledHost, type EnrolledHost } from './enrolled-host.ts'
import { openHostNetwork, type HostNetwork } from './host-network.ts'

/** A control plane as AWS's clients need it for tunnels, and hosts that take no connection from anywhere. */
export interface PrivateFleet {
  readonly dir: string
  readonly network: HostNetwork
  readonly plane: ControlPlane
  /** What endpoints tell as their DNS name: an address does, and needs no DNS. */
  readonly dnsName: string
  startPrivateHost(
    name: string,
    options?: { readonly tags?: Readonly<Record<string, string>>; readonly sshdConfig?: string },
  ): Promise<EnrolledHost>
  close(): Promise<void>
}

/** Nothing of it can be reached from outside: its sshd listens on loopback, its agent nowhere. */
export const ON_LOOPBACK = 'ListenAddress 127.0.0.1\nListenAddress ::1\n'

/** @param options.stateDir where its directory is made; default: one for tests */
export async function openPrivateFleet(
  options: { readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<PrivateFleet> {
  const dir = await mkdtemp('/var/tmp/fleetkey-test-')
  const network = await openHostNetwork({ stateDir: join(dir, 'hosts') })
  let plane: ControlPlane | undefined
  async function close() {
    await plane?.stop()
    await network.close()
    await rm(dir, { recursive: true, force: true })
  }
  try {
    const started = await startControlPlane({
      dir: join(dir, 'server'),
      address: network.address4,
      // AWS's client opens tunnels at no other. The address is this network's alone, so it is free there.
      port: 443,
      environment: {
        NODE_COMPILE_CACHE: join(dir, 'compiled'),
        FLEETKEY_TUNNELS_DNS_NAME: network.address4,
        ...options.environment,
      },
    })
    plane = started
    return {
      dir,
      network,
      plane,
      dnsName: network.address4,
      startPrivateHost: (name, { tags = {}, sshdConfig = '' } = {}) =>
        startEnrolledHost(network, started, {
          name,
          tags,
          users: ['ec2-user', 'deploy'],
          sshdConfig: `${ON_LOOPBACK}${sshdConfig}`,
        }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
