import { randomBytes } from 'node:crypto'
import type { Tags } from '@fleetkey/domain/instance'
import { sha256Base64 } from '../secrets/digests.ts'
import type { JoinTokenRow } from '../store/store.ts'

/** A new secret, and what is kept of it. */
export function newJoinToken(token: {
  readonly tags: Tags
  /** ARN. */
  readonly createdBy: string
  readonly now: number
  readonly ttlMs: number
}): { readonly secret: string; readonly row: JoinTokenRow } {
  const { tags, createdBy, now, ttlMs } = token
  const secret = randomBytes(32).toString('base64url')
  return {
    secret,
    row: {
      joinTokenId: `jt-${randomBytes(9).toString('hex').slice(0, 17)}`,
      secretHash: sha256Base64(secret),
      tags,
      createdBy,
      createdAt: now,
      expiresAt: now + ttlMs,
      state: 'unused',
    },
  }
}
