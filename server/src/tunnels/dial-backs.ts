import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Instance } from '@fleetkey/domain/instance'
import { MAX_MESSAGE_LENGTH } from '@fleetkey/wire/agent/agent-link'
import { parseSigned } from '@fleetkey/wire/agent/signed'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { tunnelProofStatement } from '@fleetkey/wire/agent/tunnel-statements'
import {
  MAX_TUNNEL_MESSAGE,
  TUNNEL_PROOF_HEADER,
  TUNNEL_SUBPROTOCOL,
} from '@fleetkey/wire/tunnel/protocol'
import { WebSocketServer, type WebSocket } from 'ws'
import { refuseUpgrade } from '../agents/refuse-upgrade.ts'
import { isSignedBy, publicKeyFrom } from '../secrets/ed25519.ts'

/** An agent's end of a tunnel that was ordered and has not come yet. */
export interface Expected {
  /** Resolves when it has come, not reading yet. Never rejects. */
  readonly arrival: Promise<WebSocket>
  /** Nobody waits any more: should it come, it is refused; has it come, it is ended. */
  forget(): void
}

/** Matches agents' connections with the orders that they answer. */
export interface DialBacks {
  expect(tunnelId: string, instance: Pick<Instance, 'instanceId' | 'agentKey'>): Expected
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

interface Waiting {
  readonly instance: Pick<Instance, 'instanceId' | 'agentKey'>
  came(socket: WebSocket): void
}

/**
 * A connection is taken for one tunnel, once, when it shows the tunnel's id (which only the ordered agent was told) signed by that
 * instance's key. All else is refused before anything is spent on it.
 */
export function createDialBacks({ deployment }: { readonly deployment: string }): DialBacks {
  const waiting = new Map<string, Waiting>()
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_TUNNEL_MESSAGE,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(TUNNEL_SUBPROTOCOL) ? TUNNEL_SUBPROTOCOL : false),
  })

  /** The id of the tunnel that a proof is for; undefined unless it holds. */
  function provenTunnel(request: IncomingMessage): string | undefined {
    const signed = readProof(request.headers[TUNNEL_PROOF_HEADER])
    const proof = signed && decodeStatement(tunnelProofStatement, signed.statement)
    const expected = proof && waiting.get(proof.tunnelId)
    if (signed === undefined || expected === undefined) return undefined
    if (proof?.deployment !== deployment) return undefined
    const { instanceId, agentKey } = expected.instance
    if (proof.instanceId !== instanceId) return undefined
    return isSignedBy(publicKeyFrom(agentKey), signed) ? proof.tunnelId : undefined
  }

  return {
    expect(tunnelId, instance) {
      const { promise: arrival, resolve } = Promise.withResolvers<WebSocket>()
      let arrived: WebSocket | undefined
      const came = (socket: WebSocket) => {
        arrived = socket
        resolve(socket)
      }
      waiting.set(tunnelId, { instance, came })
      return {
        arrival,
        forget() {
          waiting.delete(tunnelId)
          arrived?.terminate()
        },
      }
    },

    accept(request, socket, head) {
      const tunnelId = provenTunnel(request) ?? ''
      const expected = waiting.get(tunnelId)
      if (expected === undefined) return refuseUpgrade(socket, { status: 403 })
      waiting.delete(tunnelId)
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        // No byte is to be lost before the tunnel listens; an error that nobody hears would end the process.
        webSocket.pause()
        webSocket.on('error', () => {})
        expected.came(webSocket)
      })
    },
  }
}

function readProof(header: string | readonly string[] | undefined) {
  if (typeof header !== 'string' || header.length > MAX_MESSAGE_LENGTH) return undefined
  try {
    return parseSigned(JSON.parse(Buffer.from(header, 'base64').toString('utf8')))
  } catch {
    return undefined
  }
}
