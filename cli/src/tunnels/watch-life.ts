import { TUNNEL_DEAD_AFTER_MS, TUNNEL_PING_MS } from '@fleetkey/wire/tunnel/protocol'

/** What is used of a WebSocket of `ws`. */
interface WatchedSocket {
  readonly isPaused: boolean
  pong(): void
  terminate(): void
  on(event: 'ping' | 'message', heard: () => void): unknown
  once(event: 'close', heard: () => void): unknown
}

/**
 * Ends a connection whose server went away without a word: it pings, so that silence means something. While we do not read (somebody
 * stopped ssh) its pings wait behind the data unread; then unasked pongs (RFC 6455 §5.5.3) say that we live.
 */
export function watchLife(
  socket: WatchedSocket,
  now: () => number = performance.now.bind(performance),
): void {
  let heardAt = now()
  const heard = () => (heardAt = now())
  socket.on('ping', heard)
  socket.on('message', heard)
  const timer = setInterval(() => {
    if (socket.isPaused) {
      heard()
      socket.pong()
    } else if (now() - heardAt > TUNNEL_DEAD_AFTER_MS) socket.terminate()
  }, TUNNEL_PING_MS / 2)
  timer.unref()
  socket.once('close', () => clearInterval(timer))
}
