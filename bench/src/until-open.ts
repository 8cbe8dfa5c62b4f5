import type { WebSocket } from 'ws'

/** A link is up when its owner says `opened`; before that every end of it is a failure, after that only a failure is. */
export function untilOpen(socket: WebSocket): {
  readonly isOpen: Promise<void>
  readonly opened: () => void
} {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.on('error', reject)
  socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason.toString()}`)))
  return { isOpen: promise, opened: resolve }
}
