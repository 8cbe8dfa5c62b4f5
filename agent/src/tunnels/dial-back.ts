import { createSecureContext, type SecureContext } from 'node:tls'
import {
  AGENT_TUNNEL_PATH,
  MAX_TUNNEL_MESSAGE,
  TUNNEL_PROOF_HEADER,
  TUNNEL_SUBPROTOCOL,
} from '@fleetkey/wire/tunnel/protocol'
import { encodeStatement } from '@fleetkey/wire/agent/statement'
import { tunnelProofStatement } from '@fleetkey/wire/agent/tunnel-statements'
import { WebSocket } from 'ws'
import { GrantRefusal } from '../grant-refusal.ts'
import type { Identity } from '../identity.ts'
import { reason } from '../log.ts'

const OPEN_WITHIN_MS = 10_000

/**
 * Brings this host's end of a tunnel to the control plane: a WebSocket of its own, with a proof that it comes from the agent that was
 * ordered to. Throws a GrantRefusal.
 */
export function dialBack(options: {
  readonly serverUrl: string
  /** The one CA to trust, PEM; empty on loopback HTTP. */
  readonly ca: string
  readonly identity: Identity
  readonly proof: {
    readonly deployment: string
    readonly instanceId: string
    readonly tunnelId: string
  }
  readonly openWithinMs?: number
}): Promise<WebSocket> {
  const { serverUrl, ca, identity, proof, openWithinMs = OPEN_WITHIN_MS } = options
  const url = new URL(AGENT_TUNNEL_PATH, serverUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const signed = identity.sign(encodeStatement(tunnelProofStatement, proof))
  const socket = new WebSocket(url, TUNNEL_SUBPROTOCOL, {
    perMessageDeflate: false,
    maxPayload: MAX_TUNNEL_MESSAGE,
    followRedirects: false,
    handshakeTimeout: openWithinMs,
    headers: { [TUNNEL_PROOF_HEADER]: Buffer.from(JSON.stringify(signed)).toString('base64') },
    // RFC 6455 §10.3 masks so that no script in a browser chooses the bytes that an intermediary sees. Here TLS hides them all, and no
    // script is near: a mask of zeros says the same in half the time.
    generateMask: (mask) => mask.fill(0),
    ...(ca === '' ? {} : { secureContext: contextOf(ca), rejectUnauthorized: true }),
  })
  // No byte is to be lost between its opening and the tunnel's listening.
  socket.once('open', () => socket.pause())
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (request, response) => {
      request.destroy()
      reject(notReached(`it answered ${response.statusCode}`))
    })
    socket.once('error', (failure) => reject(notReached(reason(failure), failure)))
  })
}

let context: { readonly ca: string; readonly of: SecureContext } | undefined

/** One for all tunnels: one for each would parse the CA, and keep it, each time. */
function contextOf(ca: string): SecureContext {
  if (context?.ca !== ca) context = { ca, of: createSecureContext({ ca, minVersion: 'TLSv1.3' }) }
  return context.of
}

function notReached(what: string, failure?: unknown): GrantRefusal {
  return new GrantRefusal(
    'target-unreachable',
    `The host could not open a connection of the tunnel's own to the control plane: ${what}.`,
    failure,
  )
}
