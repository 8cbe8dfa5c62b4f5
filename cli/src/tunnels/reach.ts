import { socketEnd } from '@fleetkey/wire/tunnel/socket-end'
import type { TunnelEnd } from '@fleetkey/wire/tunnel/tunnel-end'
import type { ApiClient } from '../api/api-client.ts'
import type { Settings } from '../config/settings.ts'
import { Failure } from '../failure.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import type { Places } from '../ssh/login-target.ts'
import { isLoopback } from '../config/loopback.ts'
import { findEndpoint } from './find-endpoint.ts'
import { forgetRoute, keepRoute, recallRoute, type Route } from './routes.ts'
import { sayNotices } from './say-notice.ts'
import type { Via } from './via.ts'

/** What is to be reached. */
export interface Destination {
  readonly instanceId: string
  readonly places: Places
  readonly port: number
  /** Only asked for when a tunnel is opened by an endpoint that is not known yet. */
  network(): Promise<Pick<ListedInstance, 'vpcId' | 'subnetId'>>
}

export interface Wish {
  readonly via: Via
  readonly maxSeconds: number | undefined
}

interface Means {
  readonly api: Pick<ApiClient, 'call'>
  readonly settings: Settings
  readonly env: Readonly<Record<string, string | undefined>>
  readonly verbose: boolean
  /** Whether a person reads along: they are told that it goes by a tunnel. */
  readonly watched?: boolean
  now(): number
  /** A line for the person, on stderr. */
  readonly say: (text: string) => void
  readonly signal?: AbortSignal
}

/** For one that is not asked for alone: somebody waits for the tunnel. */
const DIRECT_SOON_MS = 1500
const DIRECT_ALONE_MS = 15_000

/**
 * Connects to a port of an instance, directly or by a tunnel, and remembers by which. Says so on stderr when asked to, of a tunnel also
 * to a person at a terminal, and always when it fell back to one.
 */
export async function reach(
  destination: Destination,
  wish: Wish,
  means: Means,
): Promise<TunnelEnd> {
  const { instanceId, places, port } = destination
  const known = recallRoute(means.env, instanceId, means.now())
  if (wish.via === 'tunnel' || (wish.via === 'auto' && known?.kind === 'tunnel')) {
    return throughTunnel(destination, wish, { ...means, known })
  }
  const addresses = wish.via === 'direct' ? places.direct : fromHere(places.direct, means.settings)
  const timeoutMs = wish.via === 'direct' ? DIRECT_ALONE_MS : DIRECT_SOON_MS
  const { dial } = await import('./dial.ts')
  const dialled = await dial(addresses, { port, timeoutMs })
  if (dialled) {
    keepRoute(means.env, instanceId, { kind: 'direct', address: dialled.address })
    if (means.verbose) means.say(`fleetkey: directly to ${dialled.address} port ${port}`)
    return socketEnd(dialled.socket, { peer: instanceId })
  }
  if (addresses.length === 0 && wish.via === 'auto') {
    return throughTunnel(destination, wish, { ...means, known: undefined })
  }
  const tried = `${addresses.join(', ')} port ${port} did not answer`
  if (wish.via === 'direct') throw noDirectWay(instanceId, tried)
  forgetRoute(means.env, instanceId)
  means.say(`fleetkey: ${tried}; going through a tunnel`)
  return throughTunnel(destination, wish, { ...means, known: undefined })
}

/**
 * An sshd on loopback is reached directly from its own machine alone, and that is here only where the server is here, too (a demo, a
 * forwarded port): elsewhere another sshd would answer.
 */
function fromHere(direct: readonly string[], { endpoint }: Settings): readonly string[] {
  return isLoopback(endpoint.hostname) ? direct : direct.filter((address) => !isOwnMachine(address))
}

function isOwnMachine(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

async function throughTunnel(
  destination: Destination,
  wish: Wish,
  means: Means & { readonly known: Route | undefined },
): Promise<TunnelEnd> {
  const { instanceId, port } = destination
  const address = destination.places.own
  const { known, settings, say, verbose, watched = false, signal } = means
  const loading = import('./open-tunnel.ts')
  const open = async (endpointId: string) => {
    if (verbose || watched) say(`fleetkey: by tunnel ${endpointId} to ${address} port ${port}`)
    const { openTunnel } = await loading
    return openTunnel(
      { endpointId, instanceId, address, port, maxSeconds: wish.maxSeconds },
      {
        settings,
        now: () => means.now(),
        notice: sayNotices(say, verbose),
        ...(signal === undefined ? {} : { signal }),
      },
    )
  }
  const lookUp = async () =>
    findEndpoint(means.api, { instanceId, ...(await destination.network()) }, signal)
  if (known?.kind === 'tunnel') {
    try {
      return await open(known.endpointId)
    } catch (error) {
      // The endpoint may be gone and another in its place.
      forgetRoute(means.env, instanceId)
      if (!isRefusal(error)) throw error
      if ((await lookUp()) === known.endpointId) throw error
    }
  }
  const endpointId = await lookUp()
  const end = await open(endpointId)
  // Who asks for a tunnel this once has a direct way the next time still.
  if (known?.kind !== 'direct') keepRoute(means.env, instanceId, { kind: 'tunnel', endpointId })
  return end
}

function isRefusal(error: unknown): boolean {
  return error instanceof Failure && 'code' in error
}

function noDirectWay(instanceId: string, tried: string): Failure {
  return new Failure('noWay', `There is no direct way to ${instanceId}.`, {
    why: [tried],
    todo: [
      'Check route, VPN and firewall, and that sshd listens there.',
      'Or let the control plane carry it: --via tunnel',
    ],
  })
}
