import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** What an upgrade is refused with. */
export interface UpgradeRefusal {
  /** HTTP status. */
  readonly status: number
  readonly contentType?: string
  readonly body?: string
  readonly requestId?: string
  /** Seconds. */
  readonly retryAfter?: number
}

/**
 * Answers an upgrade with a refusal and ends the connection for good. Node has taken its own listeners off by then: an error that nobody
 * hears would end the process, and a peer that keeps its half open would keep the socket, and a stopping server, for ever.
 */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const { status, contentType, body = '', requestId, retryAfter } = refusal
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Date: ${new Date().toUTCString()}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    ...(requestId === undefined ? [] : [`x-amzn-RequestId: ${requestId}`]),
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
