import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { formatAmzDate } from '@fleetkey/wire/aws/amz-date'
import { canonicalHead, splitTarget } from '@fleetkey/wire/aws/canonical-request'
import { computeSignature, deriveSigningKey } from '@fleetkey/wire/aws/sigv4'
import { TUNNEL_PATH } from '@fleetkey/wire/tunnel/protocol'
import { WebSocket } from 'ws'
import { digests } from '../secrets/digests.ts'

/** What to presign otherwise than a client should. */
export interface PresignOptions {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** As it stands in the Host header. */
  readonly host: string
  readonly now: number
  readonly expires?: number
  readonly service?: string
}

/** The target of `GET /openTunnel` as AWS's CLI v2 makes it. */
export function presignTunnel(
  parameters: Readonly<Record<string, string | number>>,
  options: PresignOptions,
): string {
  const { accessKeyId, secretAccessKey, sessionToken, host, now, expires = 60 } = options
  const { service = 'ec2-instance-connect' } = options
  const amzDate = formatAmzDate(now)
  const scope = { date: amzDate.slice(0, 8), region: 'on-prem-1', service }
  const pairs = Object.entries({
    ...parameters,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope.date}/${scope.region}/${service}/aws4_request`,
    'X-Amz-Date': amzDate,
    'X-Amz-Expires': expires,
    'X-Amz-SignedHeaders': 'host',
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
  }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const target = `${TUNNEL_PATH}?${pairs.join('&')}`
  const headers = new Map([['host', host]])
  const head = canonicalHead({ method: 'GET', ...splitTarget(target), headers })
  const canonicalRequest = head + digests.sha256(new Uint8Array()).toHex()
  const key = deriveSigningKey(secretAccessKey, scope, digests)
  const signature = computeSignature({ ...scope, amzDate, canonicalRequest }, key, digests)
  return `${target}&X-Amz-Signature=${signature.toHex()}`
}

export interface DoorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly rawHeaders: readonly string[]
  /** Parsed, when it is JSON. */
  readonly body: { readonly ErrorCode?: string; readonly Message?: string } | undefined
  readonly text: string
}

/** Sends one handshake and gives back what the door says. A tunnel that opens is cut at once. */
export function knock(
  port: number,
  target: string,
  headers: Readonly<Record<string, string | undefined>> = {},
  signal?: AbortSignal,
): Promise<DoorAnswer> {
  const given = Object.fromEntries(
    Object.entries({
      host: `127.0.0.1:${port}`,
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-version': '13',
      'user-agent': 'aws-cli/2.31.0',
      ...headers,
    }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      path: target,
      headers: given,
      ...(signal && { signal }),
    })
    outgoing.on('error', reject)
    outgoing.on('upgrade', (response, socket) => {
      socket.on('error', () => {})
      socket.destroy()
      const { statusCode: status = 0, rawHeaders } = response
      resolve({ status, headers: response.headers, rawHeaders, body: undefined, text: '' })
    })
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const { statusCode: status = 0, rawHeaders } = response
        resolve({ status, headers: response.headers, rawHeaders, body: parsed(text), text })
      })
    })
    outgoing.end()
  })
}

/** A client's end of an open tunnel. */
export interface ClientTunnel {
  readonly socket: WebSocket
  /** All bytes so far. */
  received(): Buffer
  /** TEXT messages so far. */
  readonly notices: readonly unknown[]
  /** Zero-length BINARY messages so far. */
  readonly ends: () => number
  send(bytes: Uint8Array | string): void
  /** Half-close: the first zero-length message. */
  end(): void
  /** Resolves when there are so many notices. */
  noticed(count: number): Promise<void>
  /** Resolves when so many bytes have come. */
  arrived(count: number): Promise<void>
  /** Resolves when the received bytes satisfy it. */
  until(holds: (received: Buffer) => boolean): Promise<Buffer>
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

/** Opens a tunnel; rejects with the door's answer when it is refused. @param subprotocol none as AWS's client does it */
export function openClientTunnel(url: string, subprotocol?: string): Promise<ClientTunnel> {
  const options = { perMessageDeflate: false, maxPayload: 1024 * 1024 }
  const socket =
    subprotocol === undefined
      ? new WebSocket(url, options)
      : new WebSocket(url, subprotocol, options)
  const chunks: Buffer[] = []
  const notices: unknown[] = []
  const waiting = new Set<() => void>()
  let ends = 0
  let length = 0
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) notices.push(JSON.parse(data.toString('utf8')))
    else if (data.length === 0) ends++
    else {
      chunks.push(data)
      length += data.length
    }
    for (const look of waiting) look()
  })
  const when = (holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      void closed.then(({ code, reason }) => reject(new Error(`closed: ${code} ${reason}`)))
      look()
    })
  const tunnel: ClientTunnel = {
    socket,
    received: () => Buffer.concat(chunks),
    notices,
    ends: () => ends,
    send: (bytes) => socket.send(typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
    end: () => socket.send(Buffer.alloc(0)),
    arrived: (count) => when(() => length >= count),
    noticed: (count) => when(() => notices.length >= count),
    async until(holds) {
      await when(() => holds(Buffer.concat(chunks)))
      return Buffer.concat(chunks)
    },
    closed,
  }
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(tunnel))
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      const bytes: Buffer[] = []
      response.on('data', (chunk: Buffer) => bytes.push(chunk))
      response.on('end', () => reject(new Error(Buffer.concat(bytes).toString('utf8'))))
    })
  })
}

function parsed(text: string) {
  try {
    return JSON.parse(text) as DoorAnswer['body']
  } catch {
    return undefined
  }
}
