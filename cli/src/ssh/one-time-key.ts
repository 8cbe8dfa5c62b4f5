import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { lengthPrefixed } from './agent-messages.ts'

const TYPE = 'ssh-ed25519'

/** A key pair for one connection. The private half stays in this process's memory and is never written out. */
export interface OneTimeKey {
  /** The public key as SSH carries it (RFC 8709 §4). */
  readonly blob: Buffer
  /** `ssh-ed25519 AAAA…`, as SendSSHPublicKey and public key files have it. */
  readonly line: string
  /** `SHA256:…`, as sshd logs it. */
  readonly fingerprint: string
  /** A signature as SSH carries it (RFC 8709 §6). */
  sign(data: Uint8Array): Buffer
}

export function makeOneTimeKey(): OneTimeKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const type = lengthPrefixed(Buffer.from(TYPE))
  // SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4) ends with the 32 bytes of the key.
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const blob = Buffer.concat([type, lengthPrefixed(raw)])
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return {
    blob,
    line: `${TYPE} ${blob.toString('base64')}`,
    fingerprint: `SHA256:${digest}`,
    sign: (data) => Buffer.concat([type, lengthPrefixed(sign(null, data, privateKey))]),
  }
}
