import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto'
import type { Signed } from '@fleetkey/wire/agent/signed'

/** 32 bytes in base64, as it travels. */
export function publicKeyText(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return Buffer.from(String(x), 'base64url').toString('base64')
}

export function signStatement(key: KeyObject, statement: string): Signed {
  return { statement, signature: sign(null, Buffer.from(statement), key).toString('base64') }
}

export const sha256Base64 = (text: string): string =>
  createHash('sha256').update(text).digest('base64')
