import { randomUUID } from 'node:crypto'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import type { Connection, Credentials } from '../config/settings.ts'
import { Failure } from '../failure.ts'
import { asAnswer, unexpected, type Answer } from './answer.ts'
import { readAuthority } from './authority.ts'
import { digests } from './digests.ts'
import type { ApiOperation } from './operations.ts'

const DEADLINE_MS = 30_000
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** Where to ask, and as whom. */
type Caller = Pick<Connection, 'endpoint' | 'region' | 'caFile'> & {
  /** Without them requests are not signed: for the few operations that prove in their body who asks. */
  readonly credentials?: Credentials
}

/**
 * Speaks AWS JSON 1.1 with the server, each request signed with Signature Version 4. One connection is kept for all calls,
 * so that a push after a look-up pays for no second TLS handshake.
 */
export class ApiClient {
  readonly #caller: Caller
  readonly #now: () => number
  readonly #transport: Transport
  readonly #agent: { destroy(): void }
  readonly #options: RequestOptions
  #skewMs: number | undefined

  constructor(caller: Caller, now: () => number = Date.now) {
    this.#caller = caller
    this.#now = now
    const secure = caller.endpoint.protocol === 'https:'
    // Not `import`: the module namespace of node:http evaluates its getters and so loads all of fetch (measured: 18 ms).
    this.#transport = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
    const agent = new this.#transport.Agent({
      keepAlive: true,
      maxSockets: 4,
      ...(caller.caFile === undefined ? {} : { ca: readAuthority(caller.caFile) }),
    })
    this.#agent = agent
    const { hostname, port } = caller.endpoint
    this.#options = {
      agent,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port === '' ? {} : { port }),
    }
  }

  /** How far this machine's clock is ahead of the server's, to a second, by its last answer; undefined before there was one. */
  get skewMs(): number | undefined {
    return this.#skewMs
  }

  /** The answer's object. Every way that this can go wrong is a {@link Failure}. */
  async call(operation: ApiOperation, input: object, signal?: AbortSignal): Promise<Answer> {
    const { status, date, body } = await this.#exchange(
      this.#requestFor(operation, Buffer.from(JSON.stringify(input))),
      signal,
    )
    const value = parseJson(body)
    if (!Number.isNaN(date)) this.#skewMs = this.#now() - date
    if (status >= 400) {
      const skewMs = Number.isNaN(date) ? 0 : this.#now() - date
      // Read only when there is something to refuse: start-up is part of every login.
      const { refusal } = await import('./refusal.ts')
      const isSession = this.#caller.credentials?.sessionToken !== undefined
      throw refusal(status, value, { operation, skewMs, isSession })
    }
    if (value === undefined) throw unexpected(`status ${status} with a body that is not JSON`)
    return asAnswer(value)
  }

  /** A document that the server shows to everyone; undefined when it has none there. */
  async read(path: string, signal?: AbortSignal): Promise<Answer | undefined> {
    const headers = { host: this.#caller.endpoint.host }
    const request = { method: 'GET', path, headers, body: Buffer.alloc(0) }
    const { status, body } = await this.#exchange(request, signal)
    if (status === 404) return undefined
    const value = parseJson(body)
    if (status !== 200) throw unexpected(`status ${status} for ${path}`)
    return asAnswer(value, path)
  }

  close(): void {
    this.#agent.destroy()
  }

  #requestFor(operation: ApiOperation, body: Buffer): Request {
    const { endpoint, region, credentials } = this.#caller
    const target = endpoint.pathname
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': operation.target,
      // Signed, as the AWS SDK for JavaScript does: two equal calls in one second would else be one request and its repeat.
      'amz-sdk-invocation-id': randomUUID(),
    }
    const proof = credentials
      ? signSigV4(
          {
            method: 'POST',
            host: endpoint.host,
            target,
            headers,
            body,
            credentials,
            region,
            service: operation.service,
            now: this.#now(),
          },
          digests,
        )
      : { host: endpoint.host }
    return {
      method: 'POST',
      path: target,
      headers: { ...headers, ...proof, 'content-length': String(body.length) },
      body,
    }
  }

  async #exchange(
    { method, path, headers, body }: Request,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; date: number; body: string }> {
    const deadline = AbortSignal.timeout(DEADLINE_MS)
    const request = this.#transport.request({
      ...this.#options,
      method,
      path,
      headers: { ...headers, 'user-agent': 'fleetkey' },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
    try {
      return await answerTo(request, body)
    } catch (error) {
      if (error instanceof Failure) throw error
      const { endpoint, caFile } = this.#caller
      const { connectionFailure } = await import('./connection-failure.ts')
      throw connectionFailure(error, { endpoint, caFile, late: deadline.aborted })
    }
  }
}

interface Request {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

interface Transport {
  readonly Agent: new (
    options: object,
  ) => NonNullable<RequestOptions['agent']> & { destroy(): void }
  request(options: RequestOptions): ClientRequest
}

function answerTo(
  request: ClientRequest,
  body: Uint8Array,
): Promise<{ status: number; date: number; body: string }> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_ANSWER_BYTES) {
          request.destroy(unexpected(`an answer of more than ${MAX_ANSWER_BYTES} bytes`))
          return
        }
        chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          date: Date.parse(response.headers.date ?? ''),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    request.end(body)
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
