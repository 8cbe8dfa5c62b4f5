import { randomBytes } from 'node:crypto'
import { unrecognizedClient } from '@fleetkey/domain/exceptions/authentication'
import { accessKeyContext, newSecretAccessKey, newSessionKeyId } from '../secrets/access-keys.ts'
import { sha256Base64 } from '../secrets/digests.ts'
import type { Envelope } from '../secrets/envelope.ts'
import type { SessionRow } from '../store/credential-store.ts'
import type { Store } from '../store/store.ts'

/** A temporary credential as it is told, once. */
export interface IssuedSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * Makes a temporary credential. Its token is random and only its hash is kept, so that there is nothing to forge; what limits it lies in the
 * database, so that it ends at once when whoever stands behind it does. Throws UnrecognizedClient when they did meanwhile.
 */
export async function issueSession(
  parts: {
    readonly store: Pick<Store, 'identities'>
    readonly envelope: Envelope
    readonly now: () => number
  },
  wanted: Pick<SessionRow, 'entityId' | 'parentKeyId' | 'providerId' | 'limits'> & {
    readonly durationSeconds: number
  },
): Promise<IssuedSession> {
  const { store, envelope, now } = parts
  const { durationSeconds, ...row } = wanted
  const accessKeyId = newSessionKeyId()
  const secretAccessKey = newSecretAccessKey()
  // The prefix lets scanners for leaked secrets find one in a log or a repository.
  const sessionToken = `FleetkeySession${randomBytes(48).toString('base64')}`
  const issuedAt = now()
  const expiresAt = issuedAt + durationSeconds * 1000
  const isMade = await store.identities.sessions.create({
    ...row,
    accessKeyId,
    tokenHash: sha256Base64(sessionToken),
    sealedSecret: envelope.seal(secretAccessKey, accessKeyContext(accessKeyId)),
    issuedAt,
    expiresAt,
  })
  if (!isMade) throw unrecognizedClient()
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt }
}

/** As STS answers it. */
export const shownCredentials = (issued: IssuedSession) => ({
  AccessKeyId: issued.accessKeyId,
  SecretAccessKey: issued.secretAccessKey,
  SessionToken: issued.sessionToken,
  Expiration: new Date(issued.expiresAt),
})
