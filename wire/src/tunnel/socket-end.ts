import { TUNNEL_CLOSE } from './protocol.ts'
import type { TunnelEnd, TunnelEnding, TunnelListener } from './tunnel-end.ts'

/** What is used of a socket of `node:net`, connected, that allows half-open. */
export interface TunnelSocket {
  readonly writableNeedDrain: boolean
  /** True from the moment that it is gone: no event tells of that any more. */
  readonly destroyed: boolean
  write(bytes: Uint8Array): boolean
  end(): void
  pause(): unknown
  resume(): unknown
  /** Ends it once all is written. */
  destroySoon(): void
  on(event: 'data', heard: (bytes: Uint8Array) => void): unknown
  on(event: 'end' | 'drain', heard: () => void): unknown
  on(event: 'close', heard: () => void): unknown
  on(event: 'error', heard: (error: Error) => void): unknown
}

/**
 * A TCP connection as the end of a tunnel.
 * @param options.peer who is there, for people: `the target`
 */
export function socketEnd(socket: TunnelSocket, { peer }: { readonly peer: string }): TunnelEnd {
  let ending: TunnelEnding | undefined
  let broken: TunnelEnding | undefined
  let gone: TunnelEnding | undefined = socket.destroyed
    ? { code: TUNNEL_CLOSE.lost, text: `${peer} was lost` }
    : undefined
  let listener: TunnelListener | undefined

  // From the beginning: it may be gone before anybody listens.
  socket.on('error', ({ message }) => {
    broken = { code: TUNNEL_CLOSE.lost, text: `${peer} broke off: ${message}` }
  })
  socket.on('close', () => {
    gone = broken ?? ending ?? { code: TUNNEL_CLOSE.done, text: '' }
    listener?.closed(gone)
  })

  return {
    write: (bytes) => (ending ?? gone) !== undefined || socket.write(bytes),
    end: () => void (ending === undefined && socket.end()),
    pause: () => void (ending === undefined && socket.pause()),
    resume: () => void socket.resume(),
    close(reason) {
      if (ending !== undefined) return
      ending = reason
      socket.resume()
      socket.destroySoon()
    },
    listen(given) {
      listener = given
      socket.on('end', () => given.ended())
      socket.on('drain', () => given.drained())
      socket.on('data', (bytes) => given.data(bytes))
      const before = gone
      if (before !== undefined) queueMicrotask(() => given.closed(before))
    },
  }
}
