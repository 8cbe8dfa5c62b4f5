import { connect, type Socket } from 'node:net'
import type { TunnelTarget } from '@fleetkey/domain/tunnel-target'

/** A host on the same network answers within milliseconds; one behind a firewall that drops is reached through its agent. */
export const DIRECT_WITHIN_MS = 2000

export type DialDirect = (
  target: TunnelTarget,
  options: { readonly withinMs: number; readonly gone: AbortSignal },
) => Promise<Socket>

/** Connects to the target. Rejects when it does not answer in time, or when who it is for has gone. */
export const dialDirect: DialDirect = ({ address, port }, { withinMs, gone }) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true })
    const cut = () => socket.destroy(new Error('the client has gone'))
    const late = setTimeout(() => socket.destroy(new Error('no answer in time')), withinMs)
    const done = () => {
      clearTimeout(late)
      gone.removeEventListener('abort', cut)
    }
    // Stays: until the tunnel listens, an error that nobody hears would end the process.
    socket.on('error', (error) => {
      done()
      reject(error)
    })
    socket.once('connect', () => {
      done()
      resolve(socket)
    })
    gone.addEventListener('abort', cut)
    if (gone.aborted) cut()
  })
