import { closeReason, TUNNEL_CLOSE } from './protocol.ts'
import {
  ENOUGH_BYTES,
  FEW_BYTES,
  type TunnelEnd,
  type TunnelEnding,
  type TunnelListener,
} from './tunnel-end.ts'

/** What is used of a WebSocket of `ws`. */
export interface TunnelWebSocket {
  readonly bufferedAmount: number
  /** CLOSED when it is gone: no event tells of that any more. */
  readonly readyState: number
  readonly CLOSED: number
  readonly isPaused: boolean
  send(data: Uint8Array, options: { binary: true }, sent: () => void): void
  close(code: number, reason: string): void
  terminate(): void
  pause(): void
  resume(): void
  on(event: 'message', heard: (data: unknown, isBinary: boolean) => void): unknown
  on(event: 'close', heard: (code: number, reason: Uint8Array) => void): unknown
  on(event: 'error', heard: (error: Error) => void): unknown
}

/** RFC 6455 §7.4.1: never sent; what `ws` says when the peer gave no code, and when the connection broke. */
const NO_CODE = 1005
const BROKEN = 1006

/**
 * A WebSocket as the end of a tunnel.
 * @param options.peer who is there, for people: `the client`, `the agent`
 * @param options.notice for TEXT messages; without it they break the rules and end it
 * @param options.endsWhole the peer cannot be told that its direction ended but by the end of all (AWS's client)
 */
export function webSocketEnd(
  socket: TunnelWebSocket,
  options: {
    readonly peer: string
    readonly notice?: (text: string) => void
    readonly endsWhole?: true
  },
): TunnelEnd {
  const { peer, notice, endsWhole } = options
  let listener: TunnelListener | undefined
  let full = false
  let peerEnded = false
  let ending: TunnelEnding | undefined
  let gone: TunnelEnding | undefined =
    socket.readyState === socket.CLOSED
      ? { code: TUNNEL_CLOSE.lost, text: `${peer} was lost` }
      : undefined

  // From the beginning: it may be gone before anybody listens.
  socket.on('error', () => {})
  socket.on('close', (code, reason) => {
    gone = ending ?? endingOf(peer, code, new TextDecoder().decode(reason))
    listener?.closed(gone)
  })

  function close(reason: TunnelEnding) {
    if (ending !== undefined) return
    ending = reason
    // The peer's answer, and bytes that nobody takes any more, must be read for it to come to its end.
    socket.resume()
    socket.close(reason.code, closeReason(reason.text))
  }

  function sent() {
    if (!full || socket.bufferedAmount > FEW_BYTES) return
    full = false
    listener?.drained()
  }

  function heard(bytes: Uint8Array) {
    if (peerEnded) {
      if (bytes.length > 0) close({ code: TUNNEL_CLOSE.policy, text: 'bytes after their end' })
      return
    }
    if (bytes.length > 0) return listener?.data(bytes)
    peerEnded = true
    listener?.ended()
  }

  return {
    write(bytes) {
      if ((ending ?? gone) !== undefined) return true
      socket.send(bytes, { binary: true }, sent)
      full = socket.bufferedAmount > ENOUGH_BYTES
      return !full
    },
    end() {
      if ((ending ?? gone) !== undefined) return
      if (endsWhole) return close({ code: TUNNEL_CLOSE.done, text: '' })
      socket.send(new Uint8Array(), { binary: true }, sent)
    },
    pause: () => void (ending === undefined && socket.pause()),
    resume: () => socket.resume(),
    close,
    listen(given) {
      listener = given
      socket.on('message', (data, isBinary) => {
        if (isBinary && data instanceof Uint8Array) heard(data)
        else if (notice !== undefined && data instanceof Uint8Array) {
          notice(new TextDecoder().decode(data))
        } else close({ code: TUNNEL_CLOSE.policy, text: 'a message that is none of a tunnel' })
      })
      const before = gone
      if (before !== undefined) queueMicrotask(() => given.closed(before))
    },
  }
}

function endingOf(peer: string, code: number, text: string): TunnelEnding {
  if (code === TUNNEL_CLOSE.done || code === NO_CODE) return { code: TUNNEL_CLOSE.done, text: '' }
  if (code === BROKEN) return { code: TUNNEL_CLOSE.lost, text: `${peer} was lost` }
  return { code, text: text === '' ? `${peer} ended it (${code})` : text }
}
