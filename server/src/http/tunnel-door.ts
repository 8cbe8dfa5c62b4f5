import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_TUNNEL_MESSAGE, TUNNEL_SUBPROTOCOL } from '@fleetkey/wire/tunnel/protocol'
import { WebSocketServer } from 'ws'
import { refuseUpgrade } from '../agents/refuse-upgrade.ts'
import { TunnelDoorstep } from '../tunnels/doorstep.ts'
import type { Tunnels } from '../tunnels/tunnels.ts'
import type { ApiAnswer } from './api-answer.ts'
import type { SourceOf } from '../source.ts'
import { readApiRequest, type ApiRequest } from './raw-request.ts'

/** Requests at the door at once that have no answer yet; more are told to come back. */
const MAX_WAITING = 512

/** RFC 6455 §4.1: 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/

/** `GET /openTunnel` with an upgrade: through the one pipeline like every other request, and then a WebSocket. */
export interface TunnelDoor {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

export function createTunnelDoor(parts: {
  readonly sourceOf: SourceOf
  readonly answer: (request: ApiRequest) => Promise<ApiAnswer>
  readonly tunnels: Pick<Tunnels, 'hasRoom'>
  readonly log: { error(facts: object, text: string): void }
}): TunnelDoor {
  const { sourceOf, answer, tunnels, log } = parts
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_TUNNEL_MESSAGE,
    // AWS's client (aws-c-http) takes no extension, and no subprotocol that it did not offer.
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(TUNNEL_SUBPROTOCOL) ? TUNNEL_SUBPROTOCOL : false),
  })
  webSockets.on('headers', (lines, request) => {
    lines.push(`x-amzn-RequestId: ${requestIds.get(request) ?? ''}`)
  })
  const requestIds = new WeakMap<IncomingMessage, string>()
  let waiting = 0

  async function letIn(request: IncomingMessage, socket: Duplex, head: Buffer) {
    const doorstep = new TunnelDoorstep(socket, head)
    const { status, requestId, contentType, body } = await answer({
      ...readApiRequest(request, sourceOf),
      doorstep,
    })
    const ready = doorstep.take()
    const early = doorstep.leave()
    if (status !== 101 || ready === undefined || doorstep.gone.aborted) {
      ready?.abandon()
      refuseUpgrade(socket, { status, body, contentType, requestId })
      return
    }
    requestIds.set(request, requestId)
    webSockets.handleUpgrade(request, socket, early, (webSocket) => ready.enter(webSocket))
    // A handshake that `ws` refuses after all never comes back.
    if (socket.destroyed || socket.writableEnded) ready.abandon()
  }

  return {
    accept(request, socket, head) {
      const wrong = whatIsWrong(request)
      if (wrong !== undefined) return refuseUpgrade(socket, refusal(400, wrong))
      if (!tunnels.hasRoom || waiting >= MAX_WAITING) {
        const message = 'This server opens no further tunnels at the moment. Retry in some seconds.'
        return refuseUpgrade(socket, refusal(503, message))
      }
      waiting++
      letIn(request, socket, head)
        .catch((error: unknown) => {
          log.error({ error: String(error) }, 'a tunnel could not be let in')
          socket.destroy()
        })
        .finally(() => waiting--)
    },
  }
}

/** Checked before anything is asked of anybody. No browser opens this door: a page that could would come with its user's network. */
function whatIsWrong({ method, headers }: IncomingMessage): string | undefined {
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') {
    return 'Tunnels are opened by GET with Upgrade: websocket.'
  }
  if (headers.origin !== undefined) return 'Browsers open no tunnels: the request has an Origin.'
  if (headers['sec-websocket-version'] !== '13' || !KEY.test(headers['sec-websocket-key'] ?? '')) {
    return 'The WebSocket handshake is malformed (RFC 6455 §4.1).'
  }
  return undefined
}

const refusal = (status: number, message: string) => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({
    ErrorCode: status === 503 ? 'ServiceUnavailable' : 'InvalidParameter',
    Message: message,
  }),
})
