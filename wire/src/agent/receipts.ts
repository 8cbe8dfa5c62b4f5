import { isLoginCause, type LoginCause } from '@fleetkey/domain/login-cause'
import { isSessionReceipt, parseSessionReceipt, type SessionReceipt } from './session-receipts.ts'
import { isObject, isShort, isText, isTime } from './message-parts.ts'

/** What a host can tell of a login with a grant. */
export interface Explanation {
  /** Absent when nothing speaks against a login: nobody has tried yet, or it worked. */
  readonly cause?: LoginCause
  /** A sentence for the person who pushed, at most MAX_SAYS characters. */
  readonly says: string
  /** Where the login came from, when sshd said it. */
  readonly sourceAddress?: string
}

/** What somebody has been told already. */
export interface ToldCause {
  readonly cause: LoginCause
  readonly sourceAddress?: string
}

/** What whoever asks why knows already, and the address that they ask from. */
export interface Asked {
  readonly known?: readonly ToldCause[]
  readonly from?: string
}

/** More than each cause once, and once more of one's own address, cannot have been told. */
export const MAX_TOLD_CAUSES = 64

/**
 * Whether it is a cause that is not known yet. What became of somebody else's connection is told once, so that a flood of them is one line;
 * that of a connection from one's own address is told also after it.
 */
export function isNews(
  { cause, sourceAddress }: Pick<Explanation, 'cause' | 'sourceAddress'>,
  { known = [], from }: Asked,
): boolean {
  if (cause === undefined) return false
  const told = known.filter((one) => one.cause === cause)
  if (told.length === 0) return true
  return (
    from !== undefined && sourceAddress === from && told.every((one) => one.sourceAddress !== from)
  )
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

/** Undefined when it is not one. */
export function parseExplanation(value: Record<string, unknown>): Explanation | undefined {
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

/** Undefined when it is no list. A cause that only newer ones know cannot be news here, and is left out. */
export function parseToldCauses(value: unknown): readonly ToldCause[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_TOLD_CAUSES) return undefined
  return value.map(parseToldCause).filter((told) => told !== undefined)
}

function parseToldCause(value: unknown): ToldCause | undefined {
  if (!isObject(value)) return undefined
  const { cause, sourceAddress } = value
  if (!isLoginCause(cause)) return undefined
  if (sourceAddress !== undefined && !isShort(sourceAddress)) return undefined
  return { cause, ...(sourceAddress === undefined ? {} : { sourceAddress }) }
}

/** Undefined when it is not one. */
export function parseReceipt(value: unknown): Receipt | undefined {
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

const isSentence = (value: unknown): value is string => isText(value) && value.length <= MAX_SAYS
