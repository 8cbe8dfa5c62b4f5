import { createHash, createHmac, randomUUID } from 'node:crypto'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { readFileSync } from 'node:fs'
import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import type { Settings } from '../config/settings.ts'
import { Failure } from '../failure.ts'
import { asAnswer, unexpected, type Answer } from './answer.ts'
import type { ApiOperation } from './operations.ts'

const DEADLINE_MS = 30_000
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

const digests = {
  sha256: (data: Uint8Array | string) => createHash('sha256').update(data).digest(),
  hmacSha256: (key: Uint8Array, data: Uint8Array | string) =>
    createHmac('sha256', key).update(data).digest(),
}

/**
 * Speaks AWS JSON 1.1 with the server, each request signed with Signature Version 4. One connection is kept for all calls,
 * so that a push after a look-up pays for no second TLS handshake.
 */
export class ApiClient {
  readonly #settings: Settings
  readonly #now: () => number
  readonly #transport: Transport
  readonly #agent: { destroy(): void }
  readonly #options: RequestOptions

  constructor(settings: Settings, now: () => number = Date.now) {
    this.#settings = settings
    this.#now = now
    const secure = settings.endpoint.protocol === 'https:'
    // Not `import`: the module namespace of node:http evaluates its getters and so loads all of fetch (measured: 18 ms).
    this.#transport = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
    const agent = new this.#transport.Agent({
      keepAlive: true,
      maxSockets: 4,
      ...(settings.caFile === undefined ? {} : { ca: readAuthority(settings.caFile) }),
    })
    this.#agent = agent
    const { hostname, port } = settings.endpoint
    this.#options = {
      method: 'POST',
      agent,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port === '' ? {} : { port }),
    }
  }

  /** The answer's object. Every way that this can go wrong is a {@link Failure}. */
  async call(operation: ApiOperation, input: object, signal?: AbortSignal): Promise<Answer> {
    const { status, date, body } = await this.#exchange(operation, JSON.stringify(input), signal)
    const value = parseJson(body)
    if (status >= 400) {
      const skewMs = Number.isNaN(date) ? 0 : this.#now() - date
      // Read only when there is something to refuse: start-up is part of every login.
      const { refusal } = await import('./refusal.ts')
      throw refusal(status, value, { operation, skewMs })
    }
    if (value === undefined) throw unexpected(`status ${status} with a body that is not JSON`)
    return asAnswer(value)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #exchange(
    operation: ApiOperation,
    text: string,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; date: number; body: string }> {
    const { endpoint, region, credentials } = this.#settings
    const body = Buffer.from(text)
    const target = endpoint.pathname
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': operation.target,
      // Signed, as the AWS SDK for JavaScript does: two equal calls in one second would else be one request and its repeat.
      'amz-sdk-invocation-id': randomUUID(),
    }
    const signed = signSigV4(
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
    const deadline = AbortSignal.timeout(DEADLINE_MS)
    const request = this.#transport.request({
      ...this.#options,
      path: target,
      headers: { ...headers, ...signed, 'content-length': body.length, 'user-agent': 'fleetkey' },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
    try {
      return await answerTo(request, body)
    } catch (error) {
      if (error instanceof Failure) throw error
      const { connectionFailure } = await import('./connection-failure.ts')
      throw connectionFailure(error, {
        endpoint,
        caFile: this.#settings.caFile,
        late: deadline.aborted,
      })
    }
  }
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

function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Failure('configuration', `The certificate file ${path} cannot be read.`, {
      why: [error instanceof Error ? error.message : String(error)],
      todo: ['Mend AWS_CA_BUNDLE, FLEETKEY_CA_FILE or caFile of the profile: it is a PEM file.'],
    })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
