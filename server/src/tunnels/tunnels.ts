import { instanceUnavailable } from '@fleetkey/domain/exceptions/instances'
import { TUNNEL_CLOSE } from '@fleetkey/wire/tunnel/protocol'
import type { TunnelEnd, TunnelEnding } from '@fleetkey/wire/tunnel/tunnel-end'
import type { WebSocket } from 'ws'
import type { TunnelOpener, TunnelRecorder } from '../trail/record-tunnels.ts'
import { createTunnelSlots, type TunnelLimits } from './limits.ts'
import type { Reached, Routes, Wanted } from './routes.ts'
import { cutOff, Tunnel, type TunnelClient } from './tunnel.ts'

const LOOK_EVERY_MS = 1000

export interface TunnelRequest extends Wanted {
  /** The one that it is opened on. */
  readonly endpointId: string
  readonly opener: TunnelOpener
  /** How long it may be open. */
  readonly seconds: number
}

/** The other end of a tunnel, waiting for its client. Exactly one of the two is called. */
export interface ReadyTunnel {
  readonly route: Reached['route']
  enter(client: WebSocket): void
  /** The same for a client in this process. */
  carry(client: TunnelEnd): void
  /** No client comes. */
  abandon(): void
}

/** What a tunnel cannot be without. */
export type TunnelEdge = { readonly instanceId: string } | { readonly endpointId: string }

/** The tunnels of this node. */
export interface Tunnels {
  /** Whether another one could be opened, before it is known by whom and where to. */
  readonly hasRoom: boolean
  /** How many are open. */
  readonly size: number
  /** Reaches the target. Throws the refusal that the caller shall see; nothing is left of it then. */
  open(request: TunnelRequest): Promise<ReadyTunnel>
  /** Ends those that lead to this instance, or were opened on this endpoint; also such as are being opened. */
  endThoseOf(what: TunnelEdge, ending: TunnelEnding): void
  /** Ends all, and resolves when that is on record. No other is opened any more. */
  close(): Promise<void>
}

export function createTunnels(parts: {
  readonly routes: Routes
  readonly recorder: TunnelRecorder
  readonly limits: TunnelLimits
  /** Without a byte in either direction a tunnel ends after so long. */
  readonly idleSeconds: number
  /** Milliseconds of a clock that nobody sets: a tunnel's time is the time that passes. */
  readonly now: () => number
  readonly log: { error(facts: object, text: string): void }
}): Tunnels {
  const { routes, recorder, limits, idleSeconds, now, log } = parts
  const slots = createTunnelSlots(limits)
  /** With what each was asked for. */
  const open = new Map<Tunnel, TunnelRequest>()
  const openings = new Set<Opening>()
  const records = new Set<Promise<void>>()
  let closing = false

  const looking = setInterval(() => {
    const at = now()
    for (const tunnel of open.keys()) tunnel.look(at)
  }, LOOK_EVERY_MS)
  looking.unref()

  function enter(client: TunnelClient, reached: Reached, opening: Opening) {
    const { request } = opening
    const { requestId, opener, instance } = request
    const { instanceId } = instance
    openings.delete(opening)
    const tunnel = new Tunnel(client, reached, {
      times: { durationMs: request.seconds * 1000, idleMs: idleSeconds * 1000 },
      now,
      ended(account) {
        opening.leave()
        open.delete(tunnel)
        keep(recorder.ended(opener, { requestId, instanceId, ...account }), requestId)
      },
    })
    open.set(tunnel, request)
    const ending = closing ? STOPPING : opening.ending
    if (ending !== undefined) tunnel.close(ending)
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
      const opening: Opening = { request, leave, stop: new AbortController(), ending: undefined }
      openings.add(opening)
      const giveUp = () => {
        openings.delete(opening)
        leave()
      }
      try {
        const gone = AbortSignal.any([request.gone, opening.stop.signal])
        const reached = await routes.reach({ ...request, gone })
        return {
          route: reached.route,
          enter: (socket) => enter({ kind: 'socket', socket }, reached, opening),
          carry: (end) => enter({ kind: 'inside', end }, reached, opening),
          abandon() {
            giveUp()
            cutOff(reached)
          },
        }
      } catch (error) {
        giveUp()
        throw error
      }
    },
    endThoseOf(what, ending) {
      for (const [tunnel, request] of open) {
        if (hangsOn(request, what)) tunnel.close(ending)
      }
      for (const opening of openings) {
        if (!hangsOn(opening.request, what)) continue
        opening.ending = ending
        opening.stop.abort(instanceUnavailable(`No tunnel was opened: ${ending.text}.`))
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

/** A tunnel from when its slot is taken until its client is let in. */
interface Opening {
  readonly request: TunnelRequest
  readonly leave: () => void
  /** Aborts the dialling. */
  readonly stop: AbortController
  /** What ended it meanwhile. */
  ending: TunnelEnding | undefined
}

const hangsOn = ({ instance, endpointId }: TunnelRequest, what: TunnelEdge): boolean =>
  'instanceId' in what ? instance.instanceId === what.instanceId : endpointId === what.endpointId

const STOPPING: TunnelEnding = { code: TUNNEL_CLOSE.goingAway, text: 'the server is stopping' }
