import { isLoginCause, type LoginCause } from '@fleetkey/domain/login-cause'
import {
  isSessionId,
  isSessionReceipt,
  parseSessionReceipt,
  type SessionReceipt,
} from './session-receipts.ts'
import { isPort, parseHostFacts, type HostFacts } from '@fleetkey/domain/host-facts'
import { parseFindings, type Finding } from '@fleetkey/domain/finding'
import { isOsUser } from '@fleetkey/domain/os-user'

/**
 * What server and agent say on the agent link: one JSON object per WebSocket text message, at most MAX_MESSAGE_LENGTH characters. The
 * link itself is not believed: what matters (grants, acknowledgements, proofs) is a signed statement inside.
 *
 *   server                      agent
 *   challenge ───────────────▶
 *             ◀─────────────── hello       proof of the enrolled key, facts
 *   welcome   ───────────────▶             the link is up
 *   prepare   ───────────────▶             which account is this osUser?
 *             ◀─────────────── prepared | refused
 *   install   ───────────────▶             the signed grant
 *             ◀─────────────── installed | refused
 *   revoke    ───────────────▶             only ever takes away
 *   end-session ─────────────▶             likewise
 *             ◀─────────────── session-ending
 *   tunnel    ───────────────▶             the signed order: open one to your sshd
 *             ◀─────────────── tunnelled | refused   after a connection of its own came (AGENT_TUNNEL_PATH)
 *   explain   ───────────────▶             why does a login with this grant not work?
 *             ◀─────────────── explained   what sshd, the helper and the host's settings say of it
 *   examine   ───────────────▶             what on your host would stop this login?
 *             ◀─────────────── examined
 *   mend      ───────────────▶             the signed order: mend this
 *             ◀─────────────── mended | refused
 *             ◀─────────────── receipts    what sshd asked since, and who logged in
 *   stored    ───────────────▶             those are durable: forget them
 *   rules     ───────────────▶             the signed rules of who may connect to sshd
 *             ◀─────────────── ruled | refused   they are in force, until the next line fails to come
 *   rules-heard ─────────────▶             the host can still be reached with them: keep them
 *             ◀─────────────── ingress-observed   whose connections no rule lets in; until it is stored, too
 *             ◀─────────────── facts       when they changed
 *             ◀─────────────── signers-wanted   with the delivery `metadata`, at first and every some minutes
 *   signers   ───────────────▶             certificates and staples of the managed signers
 */
export const MAX_MESSAGE_LENGTH = 16_384

/** WebSocket subprotocol: names the version that both sides speak. */
export const AGENT_SUBPROTOCOL = 'fleetkey-agent-1'
export const AGENT_LINK_PATH = '/agent/link'
export const AGENT_ENROL_PATH = '/agent/enrol'

/** The server pings this often; a link that is silent for DEAD_AFTER_MS is closed by either side. */
export const PING_INTERVAL_MS = 20_000
export const DEAD_AFTER_MS = 45_000

/** Close code (RFC 6455 §7.4.2, private use) whose reason is the number of seconds to stay away. */
export const CLOSE_BACK_OFF = 4013
/** The instance was forgotten or its key replaced: trying again is of no use. */
export const CLOSE_FORGOTTEN = 4004

export interface Signed {
  readonly statement: string
  /** Ed25519, base64. */
  readonly signature: string
}

export type ServerMessage =
  | { readonly kind: 'challenge'; readonly deployment: string; readonly challenge: string }
  | { readonly kind: 'welcome' }
  | { readonly kind: 'prepare'; readonly exchange: string; readonly osUser: string }
  | {
      readonly kind: 'install'
      readonly exchange: string
      readonly grant: Signed
      readonly signer: Signed
      /** For an agent that said its wall clock when it was asked. */
      readonly managed?: ManagedSignature
      /** For an agent that said that it opens the port: to whom. Signed by the same signer. */
      readonly opening?: Signed
    }
  | {
      readonly kind: 'rules'
      readonly exchange: string
      readonly rules: Signed
      readonly signer: Signed
    }
  | { readonly kind: 'rules-heard'; readonly revision: number }
  | { readonly kind: 'signers'; readonly signers: Signed; readonly signer: Signed }
  | { readonly kind: 'revoke'; readonly grantId: string }
  | { readonly kind: 'end-session'; readonly exchange: string; readonly sessionId: string }
  | {
      readonly kind: 'tunnel'
      readonly exchange: string
      readonly order: Signed
      readonly signer: Signed
    }
  | {
      readonly kind: 'explain'
      readonly exchange: string
      readonly grantId: string
      readonly osUser: string
      readonly fingerprint: string
    }
  | {
      readonly kind: 'examine'
      readonly exchange: string
      /** Absent: what is the same for everybody. */
      readonly osUser?: string
      /** Whence the login comes. */
      readonly address?: string
      /** Only these; what the agent does not know is left out. Absent: all. */
      readonly checks?: readonly string[]
    }
  | {
      readonly kind: 'mend'
      readonly exchange: string
      readonly order: Signed
      readonly signer: Signed
    }
  | { readonly kind: 'stored'; readonly receiptIds: readonly string[] }

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

/** The signature of the managed key (aws/managed-key.ts) that the grant makes; the agent puts its text together itself. */
export interface ManagedSignature {
  /** Seconds since 1970 by the host's clock. */
  readonly expires: number
  /** By each managed signer in use. */
  readonly signatures: readonly SignatureOf[]
}

export interface SignatureOf {
  /** SHA-1 of the signer's certificate, upper-case hexadecimal: how EC2's metadata service names it too. */
  readonly signer: string
  /** RSASSA-PSS, base64. */
  readonly signature: string
}

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

/** What a host can tell of a login with a grant. */
export interface Explanation {
  /** Absent when nothing speaks against a login: nobody has tried yet, or it worked. */
  readonly cause?: LoginCause
  /** A sentence for the person who pushed, at most MAX_SAYS characters. */
  readonly says: string
  /** Where the login came from, when sshd said it. */
  readonly sourceAddress?: string
}

/** One thing the host saw of a grant, or of a login. */
export type Receipt = KeyReceipt | SessionReceipt

/** Of a key that was offered or was not, also of one that no grant explains. */
export type KeyReceipt = OfferReceipt | RefusalReceipt

interface SeenKey {
  readonly receiptId: string
  /** Milliseconds since 1970 by the host's clock. */
  readonly at: number
  readonly osUser: string
  /** `SHA256:…` of the key that the client offered; of a refusal, of the key that was pushed. */
  readonly fingerprint: string
  /** The live grant that it matched, if any. */
  readonly grantId?: string
}

export interface OfferReceipt extends SeenKey {
  readonly kind: 'offered' | 'expired-unused'
}

/** sshd refused a login that the grant was for. */
export interface RefusalReceipt extends SeenKey {
  readonly kind: 'refused'
  readonly grantId: string
  readonly cause: LoginCause
  /** As in Explanation. */
  readonly says: string
  readonly sourceAddress?: string
}

export const MAX_SAYS = 512

/** Connections to the port of sshd that no rule of the host lets in, counted together. */
export interface IngressObservation {
  readonly address: string
  readonly port: number
  /** What became of them: with `observe` they came in all the same. */
  readonly outcome: 'let-in' | 'cut'
  /** Since the last report; a client that is cut knocks several times for one connection. */
  readonly attempts: number
}

const MAX_RECEIPTS = 64
/** Addresses in one report. */
export const MAX_OBSERVATIONS = 64
/** ECMA-262 §21.4.1.1: beyond it there are no dates. */
const MAX_TIME = 8.64e15

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
      return isShort(exchange) && isCount(revision) && isPrintable(says)
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
      if (!isShort(exchange) || typeof ended !== 'boolean' || !isPrintable(says)) return undefined
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

/** A message from the server, or undefined when it is not one. */
export function parseServerMessage(text: string): ServerMessage | undefined {
  const value = parseObject(text)
  if (value === undefined) return undefined
  switch (value['kind']) {
    case 'challenge': {
      const { deployment, challenge } = value
      return isShort(deployment) && isShort(challenge)
        ? { kind: 'challenge', deployment, challenge }
        : undefined
    }
    case 'welcome':
      return { kind: 'welcome' }
    case 'prepare': {
      const { exchange, osUser } = value
      return isShort(exchange) && isShort(osUser)
        ? { kind: 'prepare', exchange, osUser }
        : undefined
    }
    case 'install': {
      const { exchange } = value
      const grant = parseSigned(value['grant'])
      const signer = parseSigned(value['signer'])
      if (!isShort(exchange) || !grant || !signer) return undefined
      const managed = value['managed'] === undefined ? undefined : parseManaged(value['managed'])
      if (value['managed'] !== undefined && managed === undefined) return undefined
      const opening = value['opening'] === undefined ? undefined : parseSigned(value['opening'])
      if (value['opening'] !== undefined && opening === undefined) return undefined
      return {
        kind: 'install',
        exchange,
        grant,
        signer,
        ...(managed && { managed }),
        ...(opening && { opening }),
      }
    }
    case 'rules': {
      const { exchange } = value
      const rules = parseSigned(value['rules'])
      const signer = parseSigned(value['signer'])
      return isShort(exchange) && rules && signer
        ? { kind: 'rules', exchange, rules, signer }
        : undefined
    }
    case 'rules-heard': {
      const { revision } = value
      return isCount(revision) ? { kind: 'rules-heard', revision } : undefined
    }
    case 'signers': {
      const signers = parseSigned(value['signers'])
      const signer = parseSigned(value['signer'])
      return signers && signer && { kind: 'signers', signers, signer }
    }
    case 'tunnel': {
      const { exchange } = value
      const order = parseSigned(value['order'])
      const signer = parseSigned(value['signer'])
      return isShort(exchange) && order && signer
        ? { kind: 'tunnel', exchange, order, signer }
        : undefined
    }
    case 'explain': {
      const { exchange, grantId, osUser, fingerprint } = value
      return isShort(exchange) && isShort(grantId) && isShort(osUser) && isShort(fingerprint)
        ? { kind: 'explain', exchange, grantId, osUser, fingerprint }
        : undefined
    }
    case 'examine': {
      const { exchange, osUser, address } = value
      if (!isShort(exchange)) return undefined
      if (osUser !== undefined && !(isShort(osUser) && isOsUser(osUser))) return undefined
      if (address !== undefined && !isShort(address)) return undefined
      const checks = value['checks'] === undefined ? undefined : parseChecks(value['checks'])
      if (value['checks'] !== undefined && checks === undefined) return undefined
      return {
        kind: 'examine',
        exchange,
        ...(checks === undefined ? {} : { checks }),
        ...(osUser === undefined ? {} : { osUser }),
        ...(address === undefined ? {} : { address }),
      }
    }
    case 'mend': {
      const { exchange } = value
      const order = parseSigned(value['order'])
      const signer = parseSigned(value['signer'])
      return isShort(exchange) && order && signer
        ? { kind: 'mend', exchange, order, signer }
        : undefined
    }
    case 'revoke': {
      const { grantId } = value
      return isShort(grantId) ? { kind: 'revoke', grantId } : undefined
    }
    case 'end-session': {
      const { exchange, sessionId } = value
      return isShort(exchange) && isSessionId(sessionId)
        ? { kind: 'end-session', exchange, sessionId }
        : undefined
    }
    case 'stored': {
      const { receiptIds } = value
      return Array.isArray(receiptIds) && receiptIds.every(isShort)
        ? { kind: 'stored', receiptIds }
        : undefined
    }
    default:
      return undefined
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (text.length > MAX_MESSAGE_LENGTH) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function parseSigned(value: unknown): Signed | undefined {
  if (!isObject(value)) return undefined
  const { statement, signature } = value
  if (typeof statement !== 'string' || statement.length > MAX_MESSAGE_LENGTH) return undefined
  // 64 bytes in base64
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{86}==$/.test(signature)) return undefined
  return { statement, signature }
}

function parseManaged(value: unknown): ManagedSignature | undefined {
  if (!isObject(value)) return undefined
  const { expires, signatures } = value
  if (typeof expires !== 'number' || !Number.isSafeInteger(expires) || expires < 1) return undefined
  if (!Array.isArray(signatures) || signatures.length < 1 || signatures.length > 2) return undefined
  const parsed = signatures.map(parseSignatureOf)
  return parsed.includes(undefined)
    ? undefined
    : { expires, signatures: parsed as readonly SignatureOf[] }
}

function parseSignatureOf(value: unknown): SignatureOf | undefined {
  if (!isObject(value)) return undefined
  const { signer, signature } = value
  if (typeof signer !== 'string' || !/^[0-9A-F]{40}$/.test(signer)) return undefined
  // 256 bytes in base64: RSA of 2048 bits
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{342}==$/.test(signature)) return undefined
  return { signer, signature }
}

function parseRefusal(value: unknown): AgentRefusal | undefined {
  if (!isObject(value)) return undefined
  const code = REFUSAL_CODES.find((known) => known === value['code'])
  const { message } = value
  return code && isPrintable(message) ? { code, message } : undefined
}

function parseExplanation(value: Record<string, unknown>): Explanation | undefined {
  const { cause, says, sourceAddress } = value
  if (cause !== undefined && !isLoginCause(cause)) return undefined
  if (!isSentence(says)) return undefined
  if (sourceAddress !== undefined && !isShort(sourceAddress)) return undefined
  return {
    ...(cause === undefined ? {} : { cause }),
    says,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
  }
}

function parseReceipt(value: unknown): Receipt | undefined {
  if (!isObject(value)) return undefined
  if (isSessionReceipt({ kind: value['kind'] })) return parseSessionReceipt(value)
  const { receiptId, at, kind, osUser, fingerprint, grantId } = value
  if (!isShort(receiptId) || !isShort(osUser) || !isShort(fingerprint)) return undefined
  if (!isTime(at)) return undefined
  if (grantId !== undefined && !isShort(grantId)) return undefined
  const seen = { receiptId, at, osUser, fingerprint, ...(grantId === undefined ? {} : { grantId }) }
  switch (kind) {
    case 'offered':
    case 'expired-unused':
      return { kind, ...seen }
    case 'refused': {
      const explanation = parseExplanation(value)
      const { cause } = explanation ?? {}
      if (grantId === undefined || explanation === undefined || cause === undefined)
        return undefined
      return { kind, ...seen, grantId, ...explanation, cause }
    }
    default:
      return undefined
  }
}

function parseObservation(value: unknown): IngressObservation | undefined {
  if (!isObject(value)) return undefined
  const { address, port, outcome, attempts } = value
  if (typeof address !== 'string' || !/^[0-9a-f.:]{2,39}$/.test(address)) return undefined
  if (outcome !== 'let-in' && outcome !== 'cut') return undefined
  return isPort(port) && isCount(attempts) ? { address, port, outcome, attempts } : undefined
}

const MAX_CHECKS = 32

function parseChecks(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_CHECKS) return undefined
  return value.every(isShort) ? (value as readonly string[]) : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Ids, names, nonces: short and printable. */
const isShort = (value: unknown): value is string => isPrintable(value) && value.length <= 128

const isNonce = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)

const isPrintable = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 1024 && /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u.test(value)

const isSentence = (value: unknown): value is string =>
  isPrintable(value) && value.length <= MAX_SAYS

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_TIME

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

const isUid = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff
