import { isBytes32, isCount, isText, type StatementKind } from './statement.ts'

/**
 * The control plane's word to an agent: open one tunnel from this address and port of the host to us. The agent believes nothing else.
 * It counts on the link that it was signed for, once, and names the durable intent record that it follows from.
 */
export interface TunnelOrder {
  readonly deployment: string
  /** 128 random bits, hexadecimal: names the tunnel, and is the ticket with which the agent brings its end of it. */
  readonly tunnelId: string
  readonly instanceId: string
  /** The agent's public key, base64: an order for one agent is nothing to another. */
  readonly agentKey: string
  /** The agent's nonce of its link: an order for one link is nothing on the next. */
  readonly linkNonce: string
  /** One of the host's own addresses. */
  readonly address: string
  readonly port: number
  /** Milliseconds since 1970 by the server's clock. */
  readonly issuedAt: number
  readonly principalArn: string
  readonly requestId: string
  readonly intentSeq: number
  readonly intentHash: string
}

/** An order that is older than this, measured by the newest that came over the same link, is not followed. */
export const TUNNEL_ORDER_TTL_MS = 60_000

const isHex = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{32,64}$/.test(value)

export const tunnelOrderStatement: StatementKind<TunnelOrder> = {
  domain: 'fleetkey-tunnel-v1',
  fields: {
    deployment: isText,
    tunnelId: isHex,
    instanceId: isText,
    agentKey: isBytes32,
    linkNonce: isHex,
    address: isText,
    port: isCount,
    issuedAt: isCount,
    principalArn: isText,
    requestId: isText,
    intentSeq: isCount,
    intentHash: isHex,
  },
}

/** The agent's word with which it brings its end of a tunnel: it is the one that was ordered to. */
export interface TunnelProof {
  readonly deployment: string
  readonly instanceId: string
  readonly tunnelId: string
}

export const tunnelProofStatement: StatementKind<TunnelProof> = {
  domain: 'fleetkey-tunnel-proof-v1',
  fields: { deployment: isText, instanceId: isText, tunnelId: isHex },
}
