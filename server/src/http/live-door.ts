import { readWatch } from '@fleetkey/wire/live/client-message'
import { LIVE_CLOSE, LIVE_SUBPROTOCOL, MAX_LIVE_REQUEST } from '@fleetkey/wire/live/protocol'
import { encodeLiveMessage } from '@fleetkey/wire/live/server-message'
import type { RawData } from 'ws'
import { LiveDoorstep } from '../live/live-doorstep.ts'
import { watchFleet } from '../operations/live/watch-fleet.ts'
import type { Entrance } from './console/browser-door.ts'
import type { Visitor } from './console/visitor.ts'

/** What a page may say while it waits to be let in. */
const MAX_EARLY = 16

/** Where pages of the console hear what is new: asks WatchFleet as the person, through the one pipeline, and then tells. */
export function liveEntrance(log: { error(facts: object, text: string): void }): Entrance {
  return {
    subprotocol: LIVE_SUBPROTOCOL,
    maxPayload: MAX_LIVE_REQUEST,
    enter(visitor) {
      letIn(visitor).catch((error: unknown) => {
        log.error({ error: String(error) }, 'a page that wants to watch could not be let in')
        visitor.socket.terminate()
      })
    },
  }
}

async function letIn(visitor: Visitor): Promise<void> {
  const { socket, first } = visitor
  const early = keepEarly(socket)
  const topics = readWatch(first)
  if (topics === undefined) return socket.close(LIVE_CLOSE.policy, 'The first message is none.')
  const liveDoorstep = new LiveDoorstep()
  const asked = await visitor.ask(watchFleet, { Topics: topics }, { liveDoorstep })
  const ready = liveDoorstep.take()
  if (asked.kind === 'refused' || ready === undefined || socket.readyState !== socket.OPEN) {
    ready?.abandon()
    if (asked.kind === 'refused') {
      const { code, message, explanation } = asked.refusal
      const { requestId } = asked
      const told = explanation === undefined ? {} : { explanation }
      socket.send(encodeLiveMessage({ type: 'refused', code, message, requestId, ...told }))
    }
    return socket.close(LIVE_CLOSE.refused)
  }
  ready.enter(socket)
  early.deliver()
}

/** Until somebody listens. */
function keepEarly(socket: Visitor['socket']) {
  const kept: (readonly [RawData, boolean])[] = []
  const keep = (data: RawData, isBinary: boolean) => {
    kept.push([data, isBinary])
    if (kept.length > MAX_EARLY) socket.terminate()
  }
  socket.on('message', keep)
  return {
    deliver() {
      socket.off('message', keep)
      for (const [data, isBinary] of kept) socket.emit('message', data, isBinary)
    },
  }
}
