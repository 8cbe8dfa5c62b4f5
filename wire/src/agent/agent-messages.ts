import { parseHostFacts, type HostFacts } from '@fleetkey/domain/host-facts'
import { parseFindings, type Finding } from '@fleetkey/domain/finding'
import { parseSigned, type Signed } from './signed.ts'
import { parseExplanation, parseReceipt, type Explanation, type Receipt } from './receipts.ts'
import {
  MAX_OBSERVATIONS,
  parseObservation,
  type IngressObservation,
} from './ingress-observation.ts'
import {
  parseObject,
  isObject,
  isShort,
  isNonce,
  isText,
  isTime,
  isCount,
  isUid,
} from './message-parts.ts'

/** What the agent says (agent-link.ts has the order). */
export type AgentMessage =
  | {
      readonly kind: 'hello'
      readonly proof: Signed
      readonly facts: HostFacts
      /** 128 random bits, hexadecimal, new for each link: tunnel orders carry it. An agent without it opens no tunnels. */
      readonly linkNonce?: string
    }
  | {
      readonly kind: 'prepared'
      readonly exchange: string
      readonly nonce: string
      readonly uid: number
      /** Milliseconds since 1970 by the host's clock: it serves managed keys, which the host package compares with that clock. */
      readonly wallClock?: number
      /** A rule of this host opens the port of sshd to whoever pushes: it wants to know to whom. */
      readonly opensPort?: true
    }
  | {
      readonly kind: 'ruled'
      readonly exchange: string
      readonly revision: number
      /** What becomes of them on this host, a sentence for a person. */
      readonly says: string
    }
  | { readonly kind: 'signers-wanted' }
  | { readonly kind: 'installed'; readonly exchange: string; readonly acknowledgement: Signed }
  /** Its end of the tunnel is open: the connection itself says so too, and sooner. */
  | { readonly kind: 'tunnelled'; readonly exchange: string }
  | ({ readonly kind: 'explained'; readonly exchange: string } & Explanation)
  | {
      readonly kind: 'refused'
      readonly exchange: string
      readonly refusal: AgentRefusal
    }
  | {
      readonly kind: 'session-ending'
      readonly exchange: string
      /** True once nothing of it runs any more, also when it had ended before. */
      readonly ended: boolean
      /** What became of it, a sentence for the person who asked. */
      readonly says: string
    }
  | { readonly kind: 'receipts'; readonly receipts: readonly Receipt[] }
  | {
      readonly kind: 'ingress-observed'
      /** As the id of a receipt: said again until it is durable. */
      readonly receiptId: string
      readonly observations: readonly IngressObservation[]
    }
  | { readonly kind: 'facts'; readonly facts: HostFacts }
  | {
      readonly kind: 'examined'
      readonly exchange: string
      /** Milliseconds since 1970 by the host's clock. */
      readonly wallClock: number
      readonly findings: readonly Finding[]
    }
  /** What came of each fix: its name is that of the check; `note` where it only would have been done. */
  | { readonly kind: 'mended'; readonly exchange: string; readonly findings: readonly Finding[] }

/** Why an agent did not install a grant or open a tunnel. `message` is for the person who asked. */
export interface AgentRefusal {
  readonly code: AgentRefusalCode
  readonly message: string
}

const REFUSAL_CODES = [
  /** The grant, or the order of a tunnel, is not to be believed or not for here and now. */
  'grant-not-valid',
  'user-unknown',
  'user-not-allowed',
  'key-not-allowed',
  'too-many-grants',
  /** The host could not install it: sshd's configuration, disk, permissions. */
  'delivery-failed',
  /** Not an address of this host, or a port that its administrator does not allow. */
  'target-not-allowed',
  /** Nothing answers there, or the control plane could not be reached for the tunnel's own connection. */
  'target-unreachable',
  'too-many-tunnels',
  /** The host has no nftables, or its kernel would not take the rules: what was in force before still is. */
  'rules-not-applied',
] as const
export type AgentRefusalCode = (typeof REFUSAL_CODES)[number]

const MAX_RECEIPTS = 64

/** A message from the agent, or undefined when it is not one: the link is then closed. */
export function parseAgentMessage(text: string): AgentMessage | undefined {
  const value = parseObject(text)
  if (value === undefined) return undefined
  switch (value['kind']) {
    case 'hello': {
      const proof = parseSigned(value['proof'])
      const facts = parseHostFacts(value['facts'])
      const { linkNonce } = value
      if (linkNonce !== undefined && !isNonce(linkNonce)) return undefined
      return proof && facts && { kind: 'hello', proof, facts, ...(linkNonce && { linkNonce }) }
    }
    case 'prepared': {
      const { exchange, nonce, uid, wallClock, opensPort } = value
      if (!isShort(exchange) || !isShort(nonce) || !isUid(uid)) return undefined
      if (opensPort !== undefined && opensPort !== true) return undefined
      if (wallClock !== undefined && !isTime(wallClock)) return undefined
      return {
        kind: 'prepared',
        exchange,
        nonce,
        uid,
        ...(wallClock !== undefined && { wallClock }),
        ...(opensPort && { opensPort }),
      }
    }
    case 'ruled': {
      const { exchange, revision, says } = value
      return isShort(exchange) && isCount(revision) && isText(says)
        ? { kind: 'ruled', exchange, revision, says }
        : undefined
    }
    case 'installed': {
      const { exchange } = value
      const acknowledgement = parseSigned(value['acknowledgement'])
      return isShort(exchange) && acknowledgement
        ? { kind: 'installed', exchange, acknowledgement }
        : undefined
    }
    case 'tunnelled': {
      const { exchange } = value
      return isShort(exchange) ? { kind: 'tunnelled', exchange } : undefined
    }
    case 'explained': {
      const { exchange } = value
      const explanation = parseExplanation(value)
      return isShort(exchange) && explanation
        ? { kind: 'explained', exchange, ...explanation }
        : undefined
    }
    case 'refused': {
      const { exchange } = value
      const refusal = parseRefusal(value['refusal'])
      return isShort(exchange) && refusal ? { kind: 'refused', exchange, refusal } : undefined
    }
    case 'session-ending': {
      const { exchange, ended, says } = value
      if (!isShort(exchange) || typeof ended !== 'boolean' || !isText(says)) return undefined
      return { kind: 'session-ending', exchange, ended, says }
    }
    case 'receipts': {
      const { receipts } = value
      if (!Array.isArray(receipts) || receipts.length > MAX_RECEIPTS) return undefined
      const parsed = receipts.map(parseReceipt)
      return parsed.includes(undefined)
        ? undefined
        : { kind: 'receipts', receipts: parsed as Receipt[] }
    }
    case 'ingress-observed': {
      const { receiptId, observations } = value
      if (!isShort(receiptId) || !Array.isArray(observations)) return undefined
      if (observations.length > MAX_OBSERVATIONS) return undefined
      const parsed = observations.map(parseObservation)
      return parsed.includes(undefined)
        ? undefined
        : {
            kind: 'ingress-observed',
            receiptId,
            observations: parsed as readonly IngressObservation[],
          }
    }
    case 'facts': {
      const facts = parseHostFacts(value['facts'])
      return facts && { kind: 'facts', facts }
    }
    case 'signers-wanted':
      return { kind: 'signers-wanted' }
    case 'examined': {
      const { exchange, wallClock } = value
      const findings = parseFindings(value['findings'])
      return isShort(exchange) && isTime(wallClock) && findings
        ? { kind: 'examined', exchange, wallClock, findings }
        : undefined
    }
    case 'mended': {
      const { exchange } = value
      const findings = parseFindings(value['findings'])
      return isShort(exchange) && findings ? { kind: 'mended', exchange, findings } : undefined
    }
    default:
      return undefined
  }
}

function parseRefusal(value: unknown): AgentRefusal | undefined {
  if (!isObject(value)) return undefined
  const code = REFUSAL_CODES.find((known) => known === value['code'])
  const { message } = value
  return code && isText(message) ? { code, message } : undefined
}
