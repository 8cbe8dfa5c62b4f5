import type { IncomingMessage } from 'node:http'
import { presignSigV4 } from '@fleetkey/wire/aws/sigv4-presign'
import {
  MAX_TUNNEL_MESSAGE,
  parseNotice,
  TUNNEL_PATH,
  TUNNEL_SUBPROTOCOL,
  type TunnelNotice,
} from '@fleetkey/wire/tunnel/protocol'
import type { TunnelEnd } from '@fleetkey/wire/tunnel/tunnel-end'
import { webSocketEnd } from '@fleetkey/wire/tunnel/web-socket-end'
// Loads http, https and zlib: this file is only imported when a tunnel is wanted.
import { WebSocket } from 'ws'
import { readAuthority } from '../api/authority.ts'
import { digests } from '../api/digests.ts'
import { OPEN_TUNNEL } from '../api/operations.ts'
import type { Settings } from '../config/settings.ts'
import { Failure } from '../failure.ts'
import { maskingFor } from './masking.ts'
import { watchLife } from './watch-life.ts'

/** Where a tunnel leads, and by which door. */
export interface TunnelTarget {
  readonly endpointId: string
  readonly instanceId: string
  /** One that the instance has itself. */
  readonly address: string
  readonly port: number
  /** Default: the longest that policy allows. */
  readonly maxSeconds: number | undefined
}

/** The server connects to the host before it answers. */
const OPEN_DEADLINE_MS = 25_000
/** Of the URL, and so of the handshake; not of the tunnel. */
const EXPIRES_SECONDS = 60
const MAX_REFUSAL_BYTES = 64 * 1024

/**
 * Opens a tunnel at the server's own address, as AWS's CLI does at an endpoint's. Nothing is read from it before `listen` and `resume`.
 * @throws Failure when it is refused or cannot be had
 */
export async function openTunnel(
  target: TunnelTarget,
  means: {
    readonly settings: Pick<Settings, 'endpoint' | 'region' | 'credentials' | 'caFile'>
    readonly now: () => number
    readonly notice: (notice: TunnelNotice) => void
    readonly signal?: AbortSignal
  },
): Promise<TunnelEnd> {
  const { endpoint, caFile } = means.settings
  const socket = new WebSocket(tunnelUrl(target, means), TUNNEL_SUBPROTOCOL, {
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: OPEN_DEADLINE_MS,
    maxPayload: MAX_TUNNEL_MESSAGE,
    headers: { 'user-agent': 'fleetkey' },
    ...maskingFor(endpoint.protocol),
    ...(caFile === undefined ? {} : { ca: readAuthority(caFile) }),
  })
  const giveUp = () => socket.terminate()
  means.signal?.addEventListener('abort', giveUp, { once: true })
  try {
    await opened(socket)
  } catch (error) {
    if (error instanceof RefusedHandshake) throw await refusalOf(error.response, means)
    if (means.signal?.aborted) throw means.signal.reason
    const { connectionFailure } = await import('../api/connection-failure.ts')
    const late = error instanceof Error && error.message.includes('timed out')
    throw connectionFailure(error, { endpoint, caFile, late })
  } finally {
    means.signal?.removeEventListener('abort', giveUp)
  }
  watchLife(socket)
  return webSocketEnd(socket, {
    peer: 'the server',
    notice(text) {
      const notice = parseNotice(text)
      if (notice) means.notice(notice)
    },
  })
}

function tunnelUrl(
  target: TunnelTarget,
  { settings, now }: Pick<Parameters<typeof openTunnel>[1], 'settings' | 'now'>,
): string {
  const { endpoint, region, credentials } = settings
  const query = {
    instanceConnectEndpointId: target.endpointId,
    instanceId: target.instanceId,
    privateIpAddress: target.address,
    remotePort: String(target.port),
    ...(target.maxSeconds === undefined ? {} : { maxTunnelDuration: String(target.maxSeconds) }),
  }
  const signed = presignSigV4(
    {
      path: TUNNEL_PATH,
      query,
      host: endpoint.host,
      credentials,
      region,
      service: OPEN_TUNNEL.service,
      now: now(),
      expiresSeconds: EXPIRES_SECONDS,
    },
    digests,
  )
  return `${endpoint.protocol === 'http:' ? 'ws' : 'wss'}://${endpoint.host}${signed}`
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    // At once: who awaits this listens a few ticks later, and what came meanwhile would be lost.
    socket.once('open', () => {
      socket.pause()
      resolve()
    })
    socket.on('error', reject)
    socket.once('unexpected-response', (_request, response) =>
      reject(new RefusedHandshake(response)),
    )
  })
}

class RefusedHandshake extends Error {
  readonly response: IncomingMessage

  constructor(response: IncomingMessage) {
    super('refused')
    this.response = response
  }
}

/** AWS's body of a refused tunnel: `{"ErrorCode": …, "Message": …}`. */
async function refusalOf(
  response: IncomingMessage,
  { settings, now }: Pick<Parameters<typeof openTunnel>[1], 'settings' | 'now'>,
): Promise<Failure> {
  const { refusal } = await import('../api/refusal.ts')
  const date = Date.parse(response.headers.date ?? '')
  const body = parseBody(await readBody(response))
  return refusal(
    response.statusCode ?? 0,
    { ...body, __type: body['ErrorCode'] ?? body['__type'] },
    {
      operation: OPEN_TUNNEL,
      skewMs: Number.isNaN(date) ? 0 : now() - date,
      isSession: settings.credentials.sessionToken !== undefined,
    },
  )
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_REFUSAL_BYTES) break
      chunks.push(chunk)
    }
  } catch {
    // Cut off: what there is has to do.
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
