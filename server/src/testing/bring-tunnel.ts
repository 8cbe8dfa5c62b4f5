import { connect, type Socket } from 'node:net'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import type { ServerMessage } from '@fleetkey/wire/agent/server-messages'
import { decodeStatement, encodeStatement } from '@fleetkey/wire/agent/statement'
import {
  tunnelOrderStatement,
  tunnelProofStatement,
  type TunnelOrder,
  type TunnelProof,
} from '@fleetkey/wire/agent/tunnel-statements'
import {
  AGENT_TUNNEL_PATH,
  TUNNEL_PROOF_HEADER,
  TUNNEL_SUBPROTOCOL,
} from '@fleetkey/wire/tunnel/protocol'
import { socketEnd } from '@fleetkey/wire/tunnel/socket-end'
import { splice } from '@fleetkey/wire/tunnel/splice'
import { webSocketEnd } from '@fleetkey/wire/tunnel/web-socket-end'
import { WebSocket } from 'ws'
import { signStatement } from '../secrets/ed25519.ts'
import type { ControlPlane } from './control-plane.ts'
import type { Host } from './fake-agent.ts'

type TunnelMessage = Extract<ServerMessage, { readonly kind: 'tunnel' }>

export function orderOf(message: TunnelMessage): TunnelOrder {
  const order = decodeStatement(tunnelOrderStatement, message.order.statement)
  if (order === undefined) throw new Error('the server signed something that is no order')
  return order
}

/** What an honest agent does with an order, but that its sshd is wherever the test has it. */
export function bringingTunnelsTo(plane: () => ControlPlane, port: () => number) {
  return async (message: TunnelMessage, host: Host): Promise<AgentMessage> => {
    const { tunnelId } = orderOf(message)
    const server = dialBack(plane(), host, tunnelId)
    const isOpen = await new Promise((resolve) => {
      server.once('open', () => resolve(true)).once('error', () => resolve(false))
    })
    if (!isOpen) return { kind: 'refused', exchange: message.exchange, refusal: NOT_TAKEN }
    const target = await connected(port())
    splice(
      webSocketEnd(server, { peer: 'the server' }),
      socketEnd(target, { peer: 'the target' }),
      { ended: () => {} },
    )
    return { kind: 'tunnelled', exchange: message.exchange }
  }
}

const NOT_TAKEN = { code: 'target-unreachable', message: 'The server took no connection.' } as const

/** An agent's own connection for a tunnel, with a proof that lies where it is told to. */
export function dialBack(
  plane: ControlPlane,
  host: Host,
  tunnelId: string,
  lies: Partial<TunnelProof> & { readonly key?: Host['key'] } = {},
): WebSocket {
  const { key = host.key, ...changes } = lies
  const { deployment, instanceId } = host
  const statement = encodeStatement(tunnelProofStatement, {
    deployment,
    instanceId,
    tunnelId,
    ...changes,
  })
  const proof = JSON.stringify(signStatement(key, statement))
  const socket = new WebSocket(
    `ws://127.0.0.1:${plane.port}${AGENT_TUNNEL_PATH}`,
    TUNNEL_SUBPROTOCOL,
    {
      perMessageDeflate: false,
      headers: { [TUNNEL_PROOF_HEADER]: Buffer.from(proof).toString('base64') },
    },
  )
  socket.once('open', () => socket.pause())
  socket.on('error', () => {})
  return socket
}

function connected(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}
