import { MAX_MESSAGE_LENGTH } from './agent-link.ts'
import { isObject } from './message-parts.ts'

/** A statement (statement.ts) with who vouches for it. */
export interface Signed {
  readonly statement: string
  /** Ed25519, base64. */
  readonly signature: string
}

/** Its shape only: whether the signature is right is asked where the key is known. Undefined when it is not one. */
export function parseSigned(value: unknown): Signed | undefined {
  if (!isObject(value)) return undefined
  const { statement, signature } = value
  if (typeof statement !== 'string' || statement.length > MAX_MESSAGE_LENGTH) return undefined
  // 64 bytes in base64
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/]{86}==$/.test(signature)) return undefined
  return { statement, signature }
}
