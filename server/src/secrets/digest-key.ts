import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'

/** The key that signs the trail's digests: RSA, because that is what CloudTrail's verifiers take. One for the life of the deployment. */
export interface DigestKey {
  publicKey(): Promise<DigestPublicKey>
  /** SHA256withRSA (RFC 8017 §8.2), hexadecimal. */
  sign(text: string): Promise<string>
}

export interface DigestPublicKey {
  /** DER of PKCS #1: an SPKI is refused by the AWS CLI. */
  readonly der: Uint8Array
  /** MD5 of `der`, hexadecimal: CloudTrail's name for it. */
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly madeAt: number
}

/** Makes a key at the first use; `keep` gives the one that stands, and keeps it sealed. */
export function createDigestKey(parts: {
  readonly keep: (name: string, make: () => Promise<string>) => Promise<string>
  readonly now: () => number
  readonly newKey?: (() => Promise<string>) | undefined
}): DigestKey {
  const { keep, now, newKey = () => rsaKey(2048) } = parts
  let loaded: Promise<{ key: KeyObject; shown: DigestPublicKey }> | undefined

  async function load() {
    const text = await keep('trail-digest-key', async () =>
      JSON.stringify({ pem: await newKey(), madeAt: now() }),
    )
    const { pem, madeAt } = JSON.parse(text) as { pem: string; madeAt: number }
    const key = createPrivateKey(pem)
    const der = createPublicKey(key).export({ type: 'pkcs1', format: 'der' })
    const fingerprint = createHash('md5').update(der).digest('hex')
    return { key, shown: { der, fingerprint, madeAt } }
  }

  function standing() {
    loaded ??= load().catch((error: unknown) => {
      // A disk that was full once must not decide for good.
      loaded = undefined
      throw error
    })
    return loaded
  }

  return {
    publicKey: async () => (await standing()).shown,
    async sign(text) {
      const { key } = await standing()
      return (await signInBackground('sha256', Buffer.from(text), key)).toString('hex')
    },
  }
}

/** PEM of a new private key. */
export async function rsaKey(bits: number): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits })
  return privateKey.export({ type: 'pkcs8', format: 'pem' })
}

const signInBackground = promisify(
  (
    algorithm: string,
    data: Uint8Array,
    key: KeyObject,
    done: (error: Error | null, signature: Buffer) => void,
  ) => sign(algorithm, data, key, done),
)
