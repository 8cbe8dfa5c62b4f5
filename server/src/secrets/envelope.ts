import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** Seals and opens secrets that are kept in the database. */
export interface Envelope {
  /** `context` says whose secret it is (e.g. `access-key AKIA…`): a sealed text opens only in the place it was made for. */
  seal(secret: string, context: string): string
  /** Throws when the text was altered, moved, or sealed under another master key. */
  open(sealed: string, context: string): string
}

/**
 * Envelope encryption: each secret under its own random key, that key under the master key, both AES-256-GCM (NIST SP 800-38D)
 * with the context as additional data. A new master key means re-wrapping small keys, not touching secrets.
 */
export function createEnvelope(masterKey: Uint8Array): Envelope {
  return {
    seal(secret, context) {
      const dataKey = randomBytes(32)
      const wrapped = encrypt(masterKey, dataKey, context)
      const body = encrypt(dataKey, Buffer.from(secret, 'utf8'), context)
      return `v1.${wrapped.toString('base64url')}.${body.toString('base64url')}`
    },
    open(sealed, context) {
      const [version, wrapped, body, ...rest] = sealed.split('.')
      if (version !== 'v1' || wrapped === undefined || body === undefined || rest.length > 0) {
        throw new Error(`not a sealed secret: ${context}`)
      }
      const dataKey = decrypt(masterKey, bytesIn(wrapped), context)
      return decrypt(dataKey, bytesIn(body), context).toString('utf8')
    },
  }
}

/** Of its one spelling: the last character may have bits that no byte takes, and Node reads what is no base64url as if it were not there. */
function bytesIn(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new Error('a sealed secret was altered')
  return bytes
}

function encrypt(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv(CIPHER, key, nonce)
  cipher.setAAD(Buffer.from(context, 'utf8'))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Buffer, context: string): Buffer {
  const nonce = sealed.subarray(0, NONCE_LENGTH)
  const tag = sealed.subarray(sealed.length - TAG_LENGTH)
  const cipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_LENGTH })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  cipher.setAuthTag(tag)
  const body = sealed.subarray(NONCE_LENGTH, sealed.length - TAG_LENGTH)
  return Buffer.concat([cipher.update(body), cipher.final()])
}
