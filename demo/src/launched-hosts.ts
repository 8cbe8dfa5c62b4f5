import type { Host } from '@fleetkey/fleet/host'
import type { HostNetwork } from '@fleetkey/fleet/host-network'
import { bootFromImage, runUserData } from '@fleetkey/fleet/launched-host'
import { NoRoom, type LaunchOrder } from './launch-orders.ts'

/** The image that really starts hosts. */
export const DEMO_IMAGE = 'fleetkey-demo'

/** At once: each is some processes of this machine. */
const MAX_HOSTS = 8

/**
 * Starts and ends hosts as the server orders. A host is ordered when it boots; it joins by itself some moments later. `tell` hears of what
 * then goes wrong.
 */
export function createLaunchedHosts(parts: {
  readonly network: HostNetwork
  readonly users: readonly string[]
  readonly tell: (text: string) => void
}): (order: LaunchOrder) => Promise<void> {
  const { network, users, tell } = parts
  const hosts = new Map<string, Promise<Host>>()
  let made = 0

  async function launch({ instanceId, userData = '' }: LaunchOrder): Promise<void> {
    if (hosts.size >= MAX_HOSTS) {
      throw new NoRoom(`this demo starts at most ${MAX_HOSTS} hosts at once`)
    }
    // It has its place before it boots: orders come side by side.
    const booting = bootFromImage(network, { name: `launched-${++made}`, users })
    hosts.set(instanceId, booting)
    const host = await booting.catch((error: unknown) => {
      hosts.delete(instanceId)
      throw error
    })
    runUserData(host, Buffer.from(userData, 'base64')).catch((error: unknown) => {
      if (hosts.has(instanceId)) tell(`${instanceId}: ${(error as Error).message}`)
    })
  }

  /** One that is not there has ended. */
  async function terminate({ instanceId }: LaunchOrder): Promise<void> {
    const booting = hosts.get(instanceId)
    hosts.delete(instanceId)
    const host = await booting?.catch(() => undefined)
    host?.kill()
    await host?.ended()
  }

  return (order) => (order.verb === 'launch' ? launch(order) : terminate(order))
}
