import { TUNNEL_DEAD_AFTER_MS, TUNNEL_PING_MS } from '@fleetkey/wire/tunnel/protocol'
import type { WebSocket } from 'ws'

/** Looks follow each other by a second. */
const MAX_GAP_MS = 15_000

/** Whether the peer of a tunnel's WebSocket is still there. */
export interface Liveness {
  /** Pings when it is time to. False when the peer is dead. */
  look(now: number): boolean
}

/**
 * A peer that was given bytes may be as slow with them as it likes: it then reads no ping either, and that is back-pressure, not death. So
 * silence counts only when all that was sent is known to be read: the pong brings back how much it was when its ping left. Who died with
 * bytes under way, TCP finds out.
 * @param sent how many bytes went to the peer so far
 */
export function createLiveness(
  socket: Pick<WebSocket, 'isPaused' | 'ping' | 'on' | 'readyState' | 'OPEN'>,
  sent: () => number,
  now: number,
): Liveness {
  let heardAt = now
  let heard = false
  let pingedAt = now
  let lookedAt = now
  let read = 0
  const hear = () => (heard = true)
  socket.on('message', hear)
  socket.on('ping', hear)
  socket.on('pong', (data: Buffer) => {
    hear()
    const count = Number(data.toString('latin1'))
    if (Number.isSafeInteger(count)) read = Math.max(read, count)
  })
  return {
    look(at) {
      // This machine was asleep, or its clock was set: nobody could have been heard in a time that nobody lived through.
      if (Math.abs(at - lookedAt) > MAX_GAP_MS) heardAt += at - lookedAt
      lookedAt = at
      // While it is not read, because the other end takes no more, nothing can be heard.
      if (heard || socket.isPaused) {
        heardAt = at
        heard = false
      }
      if (at - heardAt > TUNNEL_DEAD_AFTER_MS && sent() <= read) return false
      if (at - pingedAt >= TUNNEL_PING_MS && socket.readyState === socket.OPEN) {
        pingedAt = at
        socket.ping(String(sent()))
      }
      return true
    },
  }
}
