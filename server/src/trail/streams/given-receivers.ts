import { createServer as createHttpServer } from 'node:http'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** For tests: a receiver on loopback that keeps what it was sent; closing it is what a receiver's crash looks like. */
export interface GivenReceiver {
  readonly port: number
  /** Places of the records, in the order in which they came. */
  readonly seqs: number[]
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const MESSAGE =
  /^<\d{1,3}>1 \S+ \S+ fleetkey - \S+ \[meta sequenceId="\d+"\]\[origin software="fleetkey"\] \uFEFF(\{.*\})$/s

/**
 * Syslog by octet counting.
 * @param options.crashAfter cuts every connection that has brought so many messages, without a word
 */
export async function givenSyslog(
  options: {
    readonly port?: number
    readonly tls?: { readonly cert: string; readonly key: string }
    readonly crashAfter?: number
  } = {},
): Promise<GivenReceiver> {
  const seqs: number[] = []
  const serve = (socket: Socket) => {
    let buffered = Buffer.alloc(0)
    let count = 0
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk])
      for (;;) {
        const space = buffered.indexOf(' ')
        const length = Number(buffered.subarray(0, Math.max(0, space)).toString())
        if (space < 1 || buffered.length < space + 1 + length) return
        const message = buffered.subarray(space + 1, space + 1 + length).toString()
        const [, json = ''] = MESSAGE.exec(message) ?? []
        seqs.push((JSON.parse(json) as { seq: number }).seq)
        buffered = buffered.subarray(space + 1 + length)
        count += 1
        if (count === options.crashAfter) return void socket.resetAndDestroy()
      }
    })
  }
  const server =
    options.tls === undefined ? createTcpServer(serve) : createTlsServer(options.tls, serve)
  return await listening(server, { seqs, port: options.port })
}

/** A webhook that answers with what `status` says for the nth request; what it refuses it does not keep. */
export async function givenWebhook(
  options: {
    readonly port?: number
    readonly status?: (nth: number) => number
    readonly headers?: Record<string, unknown>[]
  } = {},
): Promise<GivenReceiver> {
  const seqs: number[] = []
  let nth = 0
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      options.headers?.push(request.headers)
      const status = options.status?.(nth++) ?? 204
      if (status < 300) {
        const { records } = JSON.parse(Buffer.concat(chunks).toString()) as {
          records: { seq: number }[]
        }
        seqs.push(...records.map(({ seq }) => seq))
      }
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
    })
  })
  return await listening(server, { seqs, port: options.port })
}

async function listening(
  server: Server,
  { seqs, port = 0 }: { readonly seqs: number[]; readonly port?: number | undefined },
): Promise<GivenReceiver> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  return {
    seqs,
    port: (server.address() as AddressInfo).port,
    close,
    [Symbol.asyncDispose]: close,
  }
}
