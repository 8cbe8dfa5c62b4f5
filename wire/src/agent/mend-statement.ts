import { isOsUser } from '@fleetkey/domain/os-user'
import { FIX_NAMES, isFixName, type FixName } from '@fleetkey/domain/fix'
import { isBytes32, isCount, isText, type StatementKind } from './statement.ts'

/**
 * The control plane's word to an agent: mend this on your host. The agent believes nothing else. It counts on the link that it was signed
 * for, once, and names the durable intent record that it follows from.
 */
export interface MendOrder {
  readonly deployment: string
  /** 128 random bits, hexadecimal. */
  readonly mendId: string
  readonly instanceId: string
  /** The agent's public key, base64. */
  readonly agentKey: string
  /** The agent's nonce of its link. */
  readonly linkNonce: string
  readonly fixes: readonly FixName[]
  /** The login that is to work afterwards; empty when none is named. */
  readonly osUser: string
  /** Only say what would be done. */
  readonly dryRun: boolean
  /** Milliseconds since 1970 by the server's clock. */
  readonly issuedAt: number
  readonly principalArn: string
  readonly requestId: string
  readonly intentSeq: number
  readonly intentHash: string
}

const isHex = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{32,64}$/.test(value)

/** Each at most once. */
const isFixes = (value: unknown): value is readonly FixName[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= FIX_NAMES.length &&
  value.every(isFixName) &&
  new Set(value).size === value.length

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'

export const mendOrderStatement: StatementKind<MendOrder> = {
  domain: 'fleetkey-mend-v1',
  fields: {
    deployment: isText,
    mendId: isHex,
    instanceId: isText,
    agentKey: isBytes32,
    linkNonce: isHex,
    fixes: isFixes,
    // It becomes an argument of a program that root runs.
    osUser: (value): value is string =>
      value === '' || (typeof value === 'string' && isOsUser(value)),
    dryRun: isBoolean,
    issuedAt: isCount,
    principalArn: isText,
    requestId: isText,
    intentSeq: isCount,
    intentHash: isHex,
  },
}
