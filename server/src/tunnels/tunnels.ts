import { TUNNEL_CLOSE } from '@fleetkey/wire/tunnel/protocol'
import type { TunnelEnding } from '@fleetkey/wire/tunnel/tunnel-end'
import type { WebSocket } from 'ws'
import type { TunnelOpener, TunnelRecorder } from '../trail/record-tunnels.ts'
import { createTunnelSlots, type TunnelLimits } from './limits.ts'
import type { Reached, Routes, Wanted } from './routes.ts'
import { cutOff, Tunnel } from './tunnel.ts'

const LOOK_EVERY_MS = 1000

export interface TunnelRequest extends Wanted {
  readonly opener: TunnelOpener
  /** How long it may be open. */
  readonly seconds: number
}

/** The other end of a tunnel, waiting for its client. Exactly one of the two is called. */
export interface ReadyTunnel {
  readonly route: Reached['route']
  enter(client: WebSocket): void
  /** No client comes. */
  abandon(): void
}

/** The tunnels of this node. */
export interface Tunnels {
  /** Whether another one could be opened, before it is known by whom and where to. */
  readonly hasRoom: boolean
  /** How many are open. */
  readonly size: number
  /** Reaches the target. Throws the refusal that the caller shall see; nothing is left of it then. */
  open(request: TunnelRequest): Promise<ReadyTunnel>
  /** Ends those that lead to this instance. */
  endThoseOf(instanceId: string, ending: TunnelEnding): void
  /** Ends all, and resolves when that is on record. No other is opened any more. */
  close(): Promise<void>
}

export function createTunnels(parts: {
  readonly routes: Routes
  readonly recorder: TunnelRecorder
  readonly limits: TunnelLimits
  /** Without a byte in either direction a tunnel ends after so long. */
  readonly idleSeconds: number
  readonly now: () => number
  readonly log: { error(facts: object, text: string): void }
}): Tunnels {
  const { routes, recorder, limits, idleSeconds, now, log } = parts
  const slots = createTunnelSlots(limits)
  /** With the instance that each leads to. */
  const open = new Map<Tunnel, string>()
  const records = new Set<Promise<void>>()
  let closing = false

  const looking = setInterval(() => {
    const at = now()
    for (const tunnel of open.keys()) tunnel.look(at)
  }, LOOK_EVERY_MS)
  looking.unref()

  function enter(client: WebSocket, reached: Reached, request: TunnelRequest, leave: () => void) {
    const { instanceId } = request.instance
    const { requestId, opener } = request
    const tunnel = new Tunnel(client, reached, {
      times: { durationMs: request.seconds * 1000, idleMs: idleSeconds * 1000 },
      now,
      ended(account) {
        leave()
        open.delete(tunnel)
        keep(recorder.ended(opener, { requestId, instanceId, ...account }), requestId)
      },
    })
    open.set(tunnel, instanceId)
    if (closing) tunnel.close(STOPPING)
  }

  function keep(recording: Promise<void>, requestId: string) {
    const record = recording
      .catch((error: unknown) => {
        log.error({ requestId, error: String(error) }, 'the end of a tunnel was not recorded')
      })
      .finally(() => records.delete(record))
    records.add(record)
  }

  return {
    get hasRoom() {
      return !closing && slots.taken < limits.perNode
    },
    get size() {
      return open.size
    },
    async open(request) {
      const leave = slots.take(request.principalArn, request.instance.instanceId)
      try {
        const reached = await routes.reach(request)
        return {
          route: reached.route,
          enter: (client) => enter(client, reached, request, leave),
          abandon() {
            leave()
            cutOff(reached)
          },
        }
      } catch (error) {
        leave()
        throw error
      }
    },
    endThoseOf(instanceId, ending) {
      for (const [tunnel, leadsTo] of open) {
        if (leadsTo === instanceId) tunnel.close(ending)
      }
    },
    async close() {
      closing = true
      clearInterval(looking)
      for (const tunnel of open.keys()) {
        tunnel.announce('stopping', 0)
        tunnel.close(STOPPING)
      }
      await Promise.all(records)
    },
  }
}

const STOPPING: TunnelEnding = { code: TUNNEL_CLOSE.goingAway, text: 'the server is stopping' }
