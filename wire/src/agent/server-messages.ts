import { isOsUser } from '@fleetkey/domain/os-user'
import { parseToldCauses, type ToldCause } from './receipts.ts'
import { isSessionId } from './session-receipts.ts'
import { parseSigned, type Signed } from './signed.ts'
import { parseObject, isObject, isShort, isCount } from './message-parts.ts'

/** What the server says (agent-link.ts has the order). */
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
      /** Whence whoever asks has asked: probably where the login comes from, too. */
      readonly from?: string
      /** How long the answer may take, for a cause that is not `known`. Absent: as long as it takes to look. */
      readonly waitMs?: number
      readonly known?: readonly ToldCause[]
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
      const { exchange, grantId, osUser, fingerprint, from, waitMs } = value
      if (!isShort(exchange) || !isShort(grantId)) return undefined
      if (!isShort(osUser) || !isShort(fingerprint)) return undefined
      if (from !== undefined && !isShort(from)) return undefined
      if (waitMs !== undefined && !isCount(waitMs)) return undefined
      const known = value['known'] === undefined ? undefined : parseToldCauses(value['known'])
      if (value['known'] !== undefined && known === undefined) return undefined
      return {
        kind: 'explain',
        exchange,
        grantId,
        osUser,
        fingerprint,
        ...(from === undefined ? {} : { from }),
        ...(waitMs === undefined ? {} : { waitMs }),
        ...(known === undefined ? {} : { known }),
      }
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

const MAX_CHECKS = 32

function parseChecks(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_CHECKS) return undefined
  return value.every(isShort) ? (value as readonly string[]) : undefined
}
