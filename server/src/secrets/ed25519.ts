import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import type { Signed } from '@fleetkey/wire/agent/signed'

/** Public keys travel as 32 bytes of base64; node:crypto wants them as JWK (RFC 8037). */
export function publicKeyFrom(base64: string): KeyObject {
  const x = Buffer.from(base64, 'base64').toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

export function publicKeyText(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return Buffer.from(String(x), 'base64url').toString('base64')
}

export function generatePrivateKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

export const privateKeyPem = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()

export const privateKeyFromPem = (pem: string): KeyObject => createPrivateKey(pem)

export function signStatement(key: KeyObject, statement: string): Signed {
  return { statement, signature: sign(null, Buffer.from(statement), key).toString('base64') }
}

export function isSignedBy(key: KeyObject, signed: Signed): boolean {
  return verify(null, Buffer.from(signed.statement), key, Buffer.from(signed.signature, 'base64'))
}
