import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ApiClient } from '../api/api-client.ts'
import { answersOf, textOf } from '../api/answer.ts'
import { LIST_PUBLIC_KEYS } from '../api/operations.ts'
import { Failure } from '../failure.ts'

export type IsSigned = (text: string, signature: string) => boolean

/** The public half of the key that signs the trail. */
export interface DigestPublicKey {
  /** SPKI, for a file. */
  readonly pem: string
  /** CloudTrail's name for it. */
  readonly fingerprint: string
}

export async function digestPublicKeys(
  api: Pick<ApiClient, 'call'>,
): Promise<readonly DigestPublicKey[]> {
  const answer = await api.call(LIST_PUBLIC_KEYS, {})
  return answersOf(answer, 'PublicKeyList').map((key) => ({
    pem: pemOf(Buffer.from(textOf(key, 'Value'), 'base64')),
    fingerprint: textOf(key, 'Fingerprint'),
  }))
}

/** Whether a signature is by one of these keys: PEM, one after another. */
export function signedBy(pem: string): IsSigned {
  const keys = keysIn(pem)
  return (text, signature) =>
    keys.some((key) => verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'hex')))
}

/** Reads what `fleetkey trail key` printed. */
export async function readPublicKeyFile(path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Failure('fileUnreadable', `${path} cannot be read.`, { why: [String(error)] })
  }
  if (keysIn(text).length > 0) return text
  throw new Failure('fileUnreadable', `${path} holds no public key.`, {
    todo: ['Use what "fleetkey trail key" printed: PEM.'],
  })
}

function keysIn(pem: string): readonly KeyObject[] {
  const blocks = pem.match(/-----BEGIN ([A-Z ]*PUBLIC KEY)-----[^-]*-----END \1-----/g) ?? []
  return blocks.flatMap((block) => {
    try {
      const key = createPublicKey(block)
      return key.asymmetricKeyType === 'rsa' ? [key] : []
    } catch {
      return []
    }
  })
}

function pemOf(der: Buffer): string {
  const key = createPublicKey({ key: der, format: 'der', type: 'pkcs1' })
  return key.export({ type: 'spki', format: 'pem' })
}
