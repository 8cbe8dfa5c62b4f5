import { equalInConstantTime } from '@fleetkey/wire/aws/constant-time'
import { sha256Base64 } from '../secrets/digests.ts'

/** A temporary key is used with its token, a long-term key without any. In constant time. */
export function tokenMatches(token: string | undefined, hash: string | undefined): boolean {
  if (token === undefined || hash === undefined) return token === hash
  return equalInConstantTime(Buffer.from(sha256Base64(token)), Buffer.from(hash))
}
