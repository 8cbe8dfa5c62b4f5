import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, request, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { mustRun, plainEnvironment } from './run-program.ts'

/** What stands in front of a control plane and ends TLS, as nginx does with the settings of docs/operate/server.md. */
export interface ReverseProxy {
  readonly url: string
  /** WebSockets that it cut, as nothing was said in them for too long. */
  readonly cut: () => number
  close(): Promise<void>
}

/** The server sees it come from here. */
export const PROXY_ADDRESS = '127.0.0.1'

/** @param options.idleMs after which a WebSocket in which nothing is said is cut; of nginx, where nobody sets it, 60 s */
export async function startReverseProxy(options: {
  readonly dir: string
  readonly address: string
  readonly to: { readonly url: string; readonly caFile: string }
  readonly idleMs: number
}): Promise<ReverseProxy> {
  const { dir, address, to, idleMs } = options
  const { hostname, port } = new URL(to.url)
  const ca = readFileSync(to.caFile)
  const sockets = new Set<Socket>()
  let cut = 0
  const onwards = ({ method, url, headers, socket }: IncomingMessage): RequestOptions => ({
    hostname,
    port,
    ca,
    method,
    path: url,
    localAddress: PROXY_ADDRESS,
    headers: {
      ...headers,
      'x-forwarded-for': socket.remoteAddress?.replace('::ffff:', ''),
      'x-forwarded-proto': 'https',
    },
  })

  const server = createServer(await certificate(dir, address), (asked, answered) => {
    const further = request(onwards(asked), (answer) => {
      answered.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(answered)
    })
    further.on('error', () => answered.destroy())
    asked.pipe(further)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (asked, socket: Duplex, head: Buffer) => {
    const further = request(onwards(asked))
    further.on('error', () => socket.destroy())
    further.on('response', () => socket.destroy())
    further.on('upgrade', ({ rawHeaders }: IncomingMessage, upstream: Socket, first: Buffer) => {
      const lines = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
      )
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      socket.write(first)
      upstream.write(head)
      upstream.setTimeout(idleMs, () => {
        cut += 1
        upstream.destroy()
      })
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
        one.pipe(other)
      }
    })
    further.end()
  })
  server.listen(0, address)
  await once(server, 'listening')
  return {
    url: `https://${address}:${(server.address() as AddressInfo).port}`,
    cut: () => cut,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function certificate(
  dir: string,
  address: string,
): Promise<{ readonly key: Buffer; readonly cert: Buffer }> {
  const [key, cert] = [`${dir}/proxy.key`, `${dir}/proxy.pem`] as const
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=a proxy', '-addext', `subjectAltName=IP:${address}`]
  const files = ['-config', '/dev/null', '-keyout', key, '-out', cert]
  await mustRun(['openssl', 'req', '-x509', ...kind, ...names, ...files], { env: plainEnvironment })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}
