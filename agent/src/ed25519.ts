import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { Signed } from '@fleetkey/wire/agent/signed'

/** Whether the statement was signed by the holder of this key (32 bytes, base64). A key that is none signs nothing. */
export function isSignedBy(publicKey: string, signed: Signed): boolean {
  const signature = Buffer.from(signed.signature, 'base64')
  return verify(null, Buffer.from(signed.statement), publicKeyFrom(publicKey), signature)
}

export function signStatement(privateKey: KeyObject, statement: string): Signed {
  const signature = sign(null, Buffer.from(statement), privateKey)
  return { statement, signature: signature.toString('base64') }
}

/** The public half, 32 bytes in base64: how keys travel and are compared. */
export function publicKeyText(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return Buffer.from(String(x), 'base64url').toString('base64')
}

export const sha256 = (data: string | Uint8Array): Buffer =>
  createHash('sha256').update(data).digest()

/** node:crypto takes raw keys as JWK (RFC 8037). */
function publicKeyFrom(base64: string): KeyObject {
  const x = Buffer.from(base64, 'base64').toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
