import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { StreamReceiver } from './stream-receiver.ts'
import { syslogFrame } from './syslog-message.ts'

/** For one batch, from connecting to the receiver's good-bye. */
const WITHIN_MS = 30_000

/**
 * Syslog over TCP (RFC 6587) or TLS (RFC 5425). Syslog knows no acknowledgement, and what is written to a socket may be lost with the receiver. So each
 * batch is a connection: we end it behind the last message, and only a receiver that has read all of it sees that end and closes
 * its side. Until then nothing counts as taken.
 */
export function syslogReceiver(parts: {
  readonly host: string
  readonly port: number
  /** Speak TLS; `ca` are the certificates that its own must lead to, PEM, instead of the well-known ones. */
  readonly tls: { readonly ca: string | undefined } | undefined
  /** Of this server, for the messages. */
  readonly hostname: string
}): StreamReceiver {
  const { host, port, tls, hostname } = parts
  return {
    name: `syslog ${host}:${port}`,
    async take(entries, signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)])
      const socket = await open({ host, port, tls }, deadline)
      try {
        for (const entry of entries) {
          if (!socket.write(syslogFrame(entry, hostname))) {
            // oxlint-disable-next-line no-await-in-loop -- as fast as the receiver reads
            await once(socket, 'drain', { signal: deadline })
          }
        }
        await goodbye(socket, deadline)
      } finally {
        socket.destroy()
      }
    },
  }
}

async function open(
  to: Pick<Parameters<typeof syslogReceiver>[0], 'host' | 'port' | 'tls'>,
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port, tls } = to
  const socket =
    tls === undefined
      ? connectTcp({ host, port })
      : connectTls({
          host,
          port,
          minVersion: 'TLSv1.2',
          ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          ...(isIP(host) === 0 ? { servername: host } : {}),
        })
  try {
    await once(socket, tls === undefined ? 'connect' : 'secureConnect', { signal })
    // What it says is not for us; but unread, its end would never be seen.
    return socket.resume()
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Our end, then the receiver's. A reset instead, or nothing, is none. */
async function goodbye(socket: Socket, signal: AbortSignal): Promise<void> {
  const ended = once(socket, 'end', { signal })
  socket.end()
  await ended
}
