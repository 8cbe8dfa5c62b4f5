import { createServer, type AddressInfo, type Socket } from 'node:net'
import { socketEnd } from '@fleetkey/wire/tunnel/socket-end'
import type { TunnelEnd } from '@fleetkey/wire/tunnel/tunnel-end'
import { Failure } from '../failure.ts'
import { carry } from './carry.ts'

/** More at once than anybody needs; each costs the server memory. */
const MAX_AT_ONCE = 256

/** Listens on loopback until Ctrl-C or SIGTERM; each connection gets a tunnel of its own. Says what comes, goes and fails. */
export async function serveTunnels(parts: {
  /** 0 for any that is free. */
  readonly localPort: number
  readonly open: (signal: AbortSignal) => Promise<TunnelEnd>
  readonly ready: (port: number) => void
  readonly say: (text: string) => void
}): Promise<void> {
  const { open, say } = parts
  const stop = new AbortController()
  const working = new Set<Promise<void>>()
  let count = 0

  const server = createServer(
    { allowHalfOpen: true, pauseOnConnect: true, noDelay: true },
    (socket) => {
      count += 1
      const work = serve(socket, count)
      working.add(work)
      void work.finally(() => working.delete(work))
    },
  )
  server.maxConnections = MAX_AT_ONCE
  server.on('drop', () => say(`more than ${MAX_AT_ONCE} connections at once: one was refused`))

  async function serve(socket: Socket, number: number): Promise<void> {
    const gone = new AbortController()
    const leave = () => gone.abort()
    socket.on('error', leave)
    socket.once('close', leave)
    const signal = AbortSignal.any([stop.signal, gone.signal])
    try {
      const far = await open(signal)
      say(`[${number}] open (${working.size} now)`)
      socket.removeListener('error', leave)
      const { there, back } = await carry(
        socketEnd(socket, { peer: 'the program here' }),
        far,
        signal,
      )
      say(`[${number}] done: ${bytes(there)} there, ${bytes(back)} back`)
    } catch (error) {
      if (signal.aborted) return say(`[${number}] gone`)
      const { message, why, todo } = asFailure(error)
      say(`[${number}] ${message}`)
      for (const line of [...why, ...todo]) say(`      ${line}`)
    } finally {
      socket.destroy()
    }
  }

  const ended = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve())
  parts.ready(await listening(server, parts.localPort))
  await ended.promise
  server.close()
  stop.abort(new Failure('interrupted', 'It was ended.'))
  await Promise.all(working)
}

async function listening(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  try {
    await promise
  } catch (error) {
    throw new Failure('configuration', `Port ${port} of this machine cannot be listened on.`, {
      why: [error instanceof Error ? error.message : String(error)],
      todo: ['Choose another --local-port; 0 takes any that is free.'],
    })
  }
  return (server.address() as AddressInfo).port
}

function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('internal', String(error))
}

function bytes(count: number): string {
  if (count < 10_000) return `${count} bytes`
  if (count < 10_000_000) return `${Math.round(count / 1000)} kB`
  return `${Math.round(count / 1_000_000)} MB`
}
