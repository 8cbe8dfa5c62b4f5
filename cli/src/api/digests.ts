import { createHash, createHmac } from 'node:crypto'
import type { Digests } from '@fleetkey/wire/aws/sigv4'

/** What signing needs. */
export const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}
