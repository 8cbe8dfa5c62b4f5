import { fleetkeyJson } from './fleetkey.ts'
import { openTestFleet, type TestFleet } from './test-fleet.ts'

/** For sshd: nothing of the host can be reached from outside then; its agent listens nowhere. */
export const ON_LOOPBACK = 'ListenAddress 127.0.0.1\nListenAddress ::1\n'

/** A fleet as AWS's client needs it for tunnels. */
export interface PrivateFleet extends TestFleet {
  /** What its endpoint tells as its DNS name. */
  readonly dnsName: string
  /** The default site's. */
  readonly endpointId: string
}

/**
 * Opens a test fleet whose control plane is at port 443: AWS's client opens tunnels at no other. The address is its network's alone, so
 * the port is free there.
 */
export async function openPrivateFleet(
  options: Omit<Parameters<typeof openTestFleet>[0], 'port'>,
): Promise<PrivateFleet> {
  const fleet = await openTestFleet({ ...options, port: 443 })
  try {
    const endpoints = await fleetkeyJson(['endpoints', 'list'], { env: fleet.plane.root })
    const [endpoint] = endpoints as readonly { readonly endpointId: string }[]
    if (endpoint === undefined) throw new Error('the default site has no endpoint')
    return { ...fleet, dnsName: fleet.network.address4, endpointId: endpoint.endpointId }
  } catch (error) {
    await fleet.close()
    throw error
  }
}
