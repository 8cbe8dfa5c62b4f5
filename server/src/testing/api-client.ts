import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import { TARGET_PREFIXES } from '../http/route.ts'
import { OPERATIONS } from '../operations/operations.ts'
import { digests } from '../secrets/digests.ts'

/** For tests: what an AWS SDK does, with each step in the open. */
export interface ApiClient {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined
  /** Signs and sends. */
  call(operation: string, fields: object): Promise<ApiResponse>
  /** The same; throws unless it succeeds. */
  done(operation: string, fields: object): Promise<ApiResponse['body']>
  sign(operation: string, fields: object, otherwise?: Otherwise): SignedRequest
  /** May be called again with the same: a replay. */
  send(signed: SignedRequest): Promise<ApiResponse>
}

/** What to do otherwise than a client should. */
export interface Otherwise {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** `none` leaves it out. */
  readonly sessionToken?: string
  readonly service?: string
  readonly region?: string
  readonly aheadMs?: number
  /** Instead of the JSON of the fields. */
  readonly body?: string | Uint8Array
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface SignedRequest {
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface ApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  // Tests say what they expect in it.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
  /** `__type`, or undefined when it went well. */
  readonly code: string | undefined
  readonly message: string
}

export function apiClient(parts: {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly port: () => number
  readonly now: () => number
}): ApiClient {
  const { accessKeyId, secretAccessKey, sessionToken, port, now } = parts
  const connections = new Agent({ keepAlive: true, maxSockets: 128, timeout: 20_000 })

  function sign(name: string, fields: object, otherwise: Otherwise = {}): SignedRequest {
    const operation = OPERATIONS.find((one) => one.name === name)
    const service = operation?.service ?? 'ec2-instance-connect'
    const body = Buffer.from(otherwise.body ?? JSON.stringify(fields))
    const target = otherwise.target ?? '/'
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${TARGET_PREFIXES[service]}.${name}`,
      // As the JavaScript SDK does: the same call twice in one second is else the same bytes, a replay.
      'amz-sdk-invocation-id': randomUUID(),
      ...otherwise.headers,
    }
    const signature = signSigV4(
      {
        method: 'POST',
        host: `127.0.0.1:${port()}`,
        target,
        headers,
        body,
        credentials: {
          accessKeyId: otherwise.accessKeyId ?? accessKeyId,
          secretAccessKey: otherwise.secretAccessKey ?? secretAccessKey,
          ...tokenOf(otherwise),
        },
        region: otherwise.region ?? 'on-prem-1',
        service: otherwise.service ?? service,
        now: now() + (otherwise.aheadMs ?? 0),
      },
      digests,
    )
    return { target, headers: { ...headers, ...signature }, body }
  }

  function tokenOf({ sessionToken: token = sessionToken }: Otherwise) {
    return token === undefined || token === 'none' ? {} : { sessionToken: token }
  }

  function send({ target, headers, body }: SignedRequest): Promise<ApiResponse> {
    return exchange(
      { port: port(), method: 'POST', path: target, headers, agent: connections },
      body,
    )
  }

  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    sign,
    send,
    call: (operation, fields) => send(sign(operation, fields)),
    async done(operation, fields) {
      const answer = await send(sign(operation, fields))
      if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${answer.text}`)
      return answer.body
    },
  }
}

/** One HTTP request as it is given, to 127.0.0.1. */
export function exchange(
  options: {
    readonly port: number
    readonly method: string
    readonly path: string
    readonly headers?: Readonly<Record<string, string | string[]>>
    readonly localAddress?: string
    readonly agent?: Agent
  },
  body: string | Uint8Array = '',
): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', ...options }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const { statusCode: status = 0, headers } = incoming
        resolve({ status, headers, text, ...readBody(text) })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function readBody(text: string): Pick<ApiResponse, 'body' | 'code' | 'message'> {
  try {
    const body: unknown = JSON.parse(text)
    const { __type: code, Message: message } = body as Record<string, string | undefined>
    return { body, code, message: message ?? '' }
  } catch {
    return { body: undefined, code: undefined, message: '' }
  }
}
