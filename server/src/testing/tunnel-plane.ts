import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Surroundings } from '../start-server.ts'
import type { ApiClient } from './api-client.ts'
import { bringingTunnelsTo } from './bring-tunnel.ts'
import { startControlPlane, type ControlPlane } from './control-plane.ts'
import { connectAgent, enrolHost, type Behaviour, type FakeAgent } from './fake-agent.ts'
import { openClientTunnel, presignTunnel, type ClientTunnel } from './tunnel-client.ts'

/** The address that the fake host reports. */
export const HOST_ADDRESS = '192.0.2.7'

export interface PresignChanges {
  /** Undefined leaves a parameter out. */
  readonly parameters?: Readonly<Record<string, string | number | undefined>>
  readonly expires?: number
  readonly service?: string
  readonly aheadMs?: number
}

/** A control plane with one host whose sshd is an echo of the test's. */
export interface TunnelPlane {
  readonly plane: ControlPlane
  readonly agent: FakeAgent
  readonly endpointId: string
  /** The echo's side of each tunnel, oldest first. */
  readonly sessions: readonly Socket[]
  /** Where that echo listens, on loopback. */
  readonly echoPort: number
  behaviour: Pick<Behaviour, 'tunnel'>
  /** A signed target of GET. */
  sign(client?: ApiClient, changes?: PresignChanges): string
  open(
    options?: PresignChanges & { readonly client?: ApiClient; readonly subprotocol?: string },
  ): Promise<ClientTunnel>
  /** `CloseTunnel` records, once there are so many. */
  closed(count: number): Promise<readonly Readonly<Record<string, unknown>>[]>
  close(): Promise<void>
}

export async function startTunnelPlane(surroundings: Surroundings = {}): Promise<TunnelPlane> {
  const plane = await startControlPlane(surroundings)
  const sessions: Socket[] = []
  const echo = createServer({ allowHalfOpen: true }, (socket) => {
    sessions.push(socket)
    socket.on('error', () => {})
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const { port } = echo.address() as AddressInfo
  const honest = bringingTunnelsTo(
    () => plane,
    () => port,
  )
  const agent = await connectAgent(plane, await enrolHost(plane, { Name: 'web-1', env: 'dev' }), {
    tunnel: (message, host) => (made.behaviour.tunnel ?? honest)(message, host),
  })
  const [endpoint] = await plane.store.endpoints.list()
  const endpointId = endpoint?.endpointId ?? ''

  function sign(client: ApiClient = plane.root, changes: PresignChanges = {}): string {
    const { parameters, aheadMs = 0, ...options } = changes
    const all = {
      instanceConnectEndpointId: endpointId,
      remotePort: 22,
      privateIpAddress: HOST_ADDRESS,
      ...parameters,
    }
    return presignTunnel(
      Object.fromEntries(
        Object.entries(all).filter((pair): pair is [string, string | number] => {
          return pair[1] !== undefined
        }),
      ),
      {
        ...client,
        host: `127.0.0.1:${plane.port}`,
        now: Date.now() + plane.clock.aheadMs + aheadMs,
        ...options,
      },
    )
  }

  const made: TunnelPlane = {
    plane,
    agent,
    endpointId,
    sessions,
    echoPort: port,
    behaviour: {},
    sign,
    open: ({ client, subprotocol, ...changes } = {}) =>
      openClientTunnel(`ws://127.0.0.1:${plane.port}${sign(client, changes)}`, subprotocol),
    async closed(count) {
      for (;;) {
        const records = plane.trail().filter(({ eventName }) => eventName === 'CloseTunnel')
        if (records.length >= count) {
          return records.map(({ event, requestId }) => {
            return { requestId, userName: event.userIdentity, ...event.additionalEventData }
          })
        }
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async close() {
      for (const session of sessions) session.destroy()
      await agent.close()
      await plane.close()
      echo.close()
    },
  }
  return made
}
