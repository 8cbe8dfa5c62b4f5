import { connect, isIPv6, type Socket } from 'node:net'
import type { TunnelTarget } from '@fleetkey/domain/tunnel-target'
import { GrantRefusal } from '../grant-refusal.ts'

/** Something on the same host answers at once or not at all. */
const CONNECT_WITHIN_MS = 3000

/**
 * Connects to a port of this host: at the address, or where nothing listens at it, at the loopback address of its family. So an sshd that
 * listens on loopback only is reached through a tunnel and by nobody else. Throws a GrantRefusal.
 */
export async function connectTarget(
  { address, port }: TunnelTarget,
  options: { readonly connectWithinMs?: number } = {},
): Promise<Socket> {
  const { connectWithinMs = CONNECT_WITHIN_MS } = options
  const loopback = isIPv6(address) ? '::1' : '127.0.0.1'
  try {
    return await connectTo(address, { port, connectWithinMs })
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ECONNREFUSED') {
      throw unreachable(`${address} does not answer`, port, failure)
    }
  }
  try {
    return await connectTo(loopback, { port, connectWithinMs })
  } catch (failure) {
    throw unreachable(`nothing listens at ${address} or ${loopback}`, port, failure)
  }
}

function connectTo(
  host: string,
  { port, connectWithinMs }: { readonly port: number; readonly connectWithinMs: number },
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
    const late = setTimeout(
      () => socket.destroy(new Error(`no answer within ${connectWithinMs} ms`)),
      connectWithinMs,
    )
    socket.once('error', (failure) => {
      clearTimeout(late)
      reject(failure)
    })
    socket.once('connect', () => {
      clearTimeout(late)
      socket.removeAllListeners('error')
      // Until the tunnel listens to it itself.
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

function unreachable(what: string, port: number, failure: unknown): GrantRefusal {
  return new GrantRefusal(
    'target-unreachable',
    `On the host ${what} on port ${port}. See there that sshd runs ("systemctl status ssh") and on which port.`,
    failure,
  )
}
