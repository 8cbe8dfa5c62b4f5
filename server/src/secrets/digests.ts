import { createHash, createHmac } from 'node:crypto'
import type { Digests } from '@fleetkey/wire/aws/sigv4'

/** The digests that the pure packages are handed. */
export const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

export const sha256Base64 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('base64')
