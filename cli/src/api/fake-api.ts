import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as the fake API got it. */
export interface FakeCall {
  readonly target: string
  readonly input: Record<string, unknown>
  readonly headers: IncomingHttpHeaders
}

export interface FakeAnswer {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Record<string, string>
}

type Handler = (call: FakeCall) => FakeAnswer | Promise<FakeAnswer>

/** For tests: an HTTP server on loopback that answers each operation (or path) with what the test says, and keeps what it was asked. */
export class FakeApi {
  readonly calls: FakeCall[] = []
  readonly #server: Server

  constructor(handlers: Readonly<Record<string, Handler>>) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const target =
          request.method === 'GET'
            ? `GET.${request.url ?? ''}`
            : String(request.headers['x-amz-target'])
        const text = Buffer.concat(chunks).toString() || '{}'
        const input = JSON.parse(text) as Record<string, unknown>
        const call = { target, input, headers: request.headers }
        this.calls.push(call)
        void answerTo(handlers[target.slice(target.indexOf('.') + 1)], call).then((answer) => {
          response.writeHead(answer.status ?? 200, answer.headers)
          response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
        })
      })
    })
  }

  /** Starts it; answers with the environment that points a client at it. */
  async open(): Promise<Record<string, string>> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const { port } = this.#server.address() as AddressInfo
    return {
      FLEETKEY_ENDPOINT: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'AKIATESTTESTTESTTEST',
      AWS_SECRET_ACCESS_KEY: 'secret',
      HOME: '/dev/null',
      XDG_CONFIG_HOME: '/proc/nonexistent',
    }
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

async function answerTo(handler: Handler | undefined, call: FakeCall): Promise<FakeAnswer> {
  if (handler) return handler(call)
  const body = { __type: 'UnknownOperationException', Message: `no ${call.target}` }
  return { status: call.target.startsWith('GET.') ? 404 : 400, body }
}
