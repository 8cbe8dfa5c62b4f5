import { connect, type Socket } from 'node:net'

/** How long the next address waits for the one before it (RFC 8305 §5). */
const NEXT_AFTER_MS = 250

/**
 * The first of the addresses that takes a connection; undefined when none does in time. The connection is for use, not a probe: sshd from
 * 9.8 on holds connections without a login against their source (PerSourcePenalties), so later addresses are tried only when earlier ones
 * keep us waiting.
 */
export async function dial(
  addresses: readonly string[],
  options: { readonly port: number; readonly timeoutMs: number },
): Promise<{ readonly socket: Socket; readonly address: string } | undefined> {
  const { promise, resolve } = Promise.withResolvers<Dialled | undefined>()
  const sockets: Socket[] = []
  let failed = 0
  let next: NodeJS.Timeout | undefined

  function tryNext(): void {
    clearTimeout(next)
    const address = addresses[sockets.length]
    if (address === undefined) return
    const socket = connect({
      host: address,
      port: options.port,
      allowHalfOpen: true,
      noDelay: true,
    })
    sockets.push(socket)
    socket.once('connect', () => resolve({ socket, address }))
    socket.once('error', () => {
      failed += 1
      if (failed === addresses.length) resolve(undefined)
      else tryNext()
    })
    next = setTimeout(tryNext, NEXT_AFTER_MS)
  }

  const deadline = setTimeout(() => resolve(undefined), options.timeoutMs)
  if (addresses.length === 0) resolve(undefined)
  else tryNext()
  const dialled = await promise
  clearTimeout(deadline)
  clearTimeout(next)
  for (const socket of sockets) {
    if (socket === dialled?.socket) socket.removeAllListeners('error')
    else socket.destroy()
  }
  return dialled
}

interface Dialled {
  readonly socket: Socket
  readonly address: string
}
