import { TERMINAL_CLOSE } from '@fleetkey/wire/terminal/protocol'
import { takeSocket } from './prepared-socket.ts'
import type { SocketEvents, TerminalSocket } from './terminal-connection.ts'

/** The browser's WebSocket to the control plane that this page comes from. */
export function dial(events: SocketEvents): TerminalSocket {
  const socket = takeSocket()
  const stop = new AbortController()
  const { signal } = stop
  socket.addEventListener('open', () => events.opened(), { signal })
  socket.addEventListener('close', () => events.closed(), { signal })
  socket.addEventListener(
    'message',
    ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') events.text(data)
      else if (data instanceof ArrayBuffer) events.bytes(new Uint8Array(data))
    },
    { signal },
  )
  if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => signal.aborted || events.opened())
  return {
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return
      // What DOM types call a buffer source is never shared memory; ours is not.
      socket.send(typeof message === 'string' ? message : new Uint8Array(message))
    },
    close() {
      stop.abort()
      socket.close(TERMINAL_CLOSE.done)
    },
  }
}
