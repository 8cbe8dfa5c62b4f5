import type { Duplex } from 'node:stream'

/**
 * Answers an upgrade with a refusal and ends the connection for good. Node has taken its own listeners off by then: an error that nobody
 * hears would end the process, and a peer that keeps its half open would keep the socket, and a stopping server, for ever.
 */
export function refuseUpgrade(socket: Duplex, status: string, ...headers: readonly string[]): void {
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  const lines = [`HTTP/1.1 ${status}`, ...headers, 'Connection: close', 'Content-Length: 0']
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
}
