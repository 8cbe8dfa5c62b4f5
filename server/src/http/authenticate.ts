import { randomBytes } from 'node:crypto'
import {
  expiredToken,
  invalidSignature,
  unrecognizedClient,
} from '@fleetkey/domain/exceptions/authentication'
import type { Realm } from '@fleetkey/domain/realm'
import {
  deriveSigningKey,
  readSigV4,
  verifySigV4,
  type RawRequest,
  type SigV4Claim,
} from '@fleetkey/wire/aws/sigv4'
import { readPresignedSigV4 } from '@fleetkey/wire/aws/sigv4-presigned'
import { tokenMatches } from '../identities/session-token.ts'
import type { Caller } from '../operations/caller.ts'
import { digests } from '../secrets/digests.ts'
import type { Store } from '../store/store.ts'
import type { CredentialOf } from './credential-cache.ts'
import type { KeyUses } from './key-uses.ts'
import { headerOf } from './raw-request.ts'
import type { OpenedCredential } from './opened-credential.ts'

/**
 * Throws AWS's refusal for whatever is wrong with the signature (aws-facts: order and texts of the awsJson front end). With `door` the
 * signature must stand in the URL, else in the headers: never either.
 */
export type Authenticate = (request: RawRequest, door?: PresignedDoor) => Promise<Caller>

/** Where a presigned URL is taken. */
export interface PresignedDoor {
  /** Who shows it. */
  readonly sourceAddress: string
}

/** AWS's clients presign for a minute. An URL is seen by proxies and logs: no longer than that. */
const MAX_EXPIRES_SECONDS = 60
/** The life of such an URL with a clock that is ahead (5 minutes), and a while longer. */
const TIED_FOR_MS = 15 * 60_000

const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** No signature matches it: nobody knows it, and a match would not count. */
const NOBODYS_KEY = randomBytes(32)

const MAX_SIGNING_KEYS = 16

export function createAuthenticate(parts: {
  readonly credentialOf: CredentialOf
  readonly presignedUrls: Store['presignedUrls']
  readonly services: ReadonlySet<string>
  readonly realm: Realm
  readonly uses: Pick<KeyUses, 'note'>
  readonly now: () => number
}): Authenticate {
  const { credentialOf, presignedUrls, services, realm, uses, now } = parts

  /** Whoever else reads the URL has no use of it: it is the address's that showed it first. */
  async function tie({ accessKeyId, signature }: SigV4Claim, { sourceAddress }: PresignedDoor) {
    const at = now()
    const first = await presignedUrls.tie({
      key: `${accessKeyId} ${signature}`,
      address: sourceAddress,
      now: at,
      until: at + TIED_FOR_MS,
    })
    if (first === sourceAddress) return
    throw invalidSignature('This URL was used from another address before. Sign a new one.')
  }

  return async (request, door) => {
    const scope = { services, region: realm.region }
    const claim =
      door === undefined
        ? readSigV4(request, now(), scope)
        : readPresignedSigV4(request, now(), { ...scope, maxExpires: MAX_EXPIRES_SECONDS })
    const credential = await credentialOf(claim.accessKeyId)
    // An unknown key costs the same work as a known one.
    const signingKey = credential === undefined ? NOBODYS_KEY : signingKeyOf(credential, claim)
    const matches = verifySigV4(claim, signingKey, digests)
    const hasToken = tokenMatches(claim.sessionToken, credential?.tokenHash)
    // What a browser has as a cookie opens nothing in any other way, nor the other way round: console/authenticate-cookie.ts.
    const isCookie = credential?.session?.console !== undefined
    if (credential?.active !== true || !hasToken || isCookie) throw unrecognizedClient()
    if (!matches) throw invalidSignature(WRONG_SIGNATURE)
    const { principal, policies, context, session } = credential
    if (session !== undefined && session.expiresAt <= now()) throw expiredToken()
    if (door !== undefined) await tie(claim, door)
    uses.note(claim.accessKeyId, claim.service)
    return {
      principal,
      accessKeyId: claim.accessKeyId,
      service: claim.service,
      // AWS's CLI signs two connections of one second alike: there each handshake is a request of its own.
      signature:
        door === undefined ? claim.signature : `${claim.signature} ${handshakeOf(request)}`,
      policies,
      context,
      session,
    }
  }
}

/** RFC 6455 §4.1: random for each connection. */
const handshakeOf = (request: RawRequest) => headerOf(request, 'sec-websocket-key') ?? ''

function signingKeyOf(credential: OpenedCredential, claim: SigV4Claim): Uint8Array {
  const scope = `${claim.date}/${claim.region}/${claim.service}`
  const cached = credential.signingKeys.get(scope)
  if (cached !== undefined) return cached
  if (credential.signingKeys.size >= MAX_SIGNING_KEYS) credential.signingKeys.clear()
  const key = deriveSigningKey(credential.secret, claim, digests)
  credential.signingKeys.set(scope, key)
  return key
}
