import {
  incompleteSignature,
  invalidSignature,
  missingAuthenticationToken,
  untimelySignature,
} from '@fleetkey/domain/exceptions/authentication'
import { formatAmzDate, parseAmzDate } from './amz-date.ts'
import { readAuthorizationHeader } from './authorization-header.ts'
import { canonicalHead, splitTarget, type QueryPair } from './canonical-request.ts'
import { equalInConstantTime } from './constant-time.ts'
import { readCredential, type CredentialScope, type ScopeExpectations } from './credential-scope.ts'
import { gatherHeaders, pickSignedHeaders } from './signed-headers.ts'
import { shownText } from './shown-text.ts'

/** The two hashes of Signature Version 4, from the caller's runtime. Strings count as UTF-8. */
export interface Digests {
  sha256(data: Uint8Array | string): Uint8Array
  hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array
}

/** A request as it came over the wire: nothing decoded, joined or normalised. */
export interface RawRequest {
  readonly method: string
  /** Path and query of the request line. */
  readonly target: string
  /** In order, repeated ones kept apart. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** Who a request says signed it, and all that {@link verifySigV4} needs to find out whether they did. */
export interface SigV4Claim extends CredentialScope {
  readonly accessKeyId: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string
  readonly sessionToken: string | undefined
  /** Names in lower case. What is not in here was not signed: do not act on it. */
  readonly signedHeaders: ReadonlyMap<string, string>
  readonly signature: string
  /** The canonical request up to its last line, the payload's hash. */
  readonly canonicalHead: string
  /** The client's word for that hash. */
  readonly statedPayloadHash: string | undefined
  readonly body: Uint8Array
}

/** How far the client's clock may be off, either way, in milliseconds. */
export const signatureWindow = 5 * 60 * 1000

export const signatureAlgorithm = 'AWS4-HMAC-SHA256'

/**
 * Reads a request that is signed in its `Authorization` header, and makes every check that needs no secret, in the
 * order and with the words of AWS's front end. `now` is in milliseconds since the epoch. The claim is not proven yet.
 */
export function readSigV4(
  request: RawRequest,
  now: number,
  expectations: ScopeExpectations,
): SigV4Claim {
  const headers = gatherHeaders(request.headers)
  const { path, query } = splitTarget(request.target)
  const header = (name: string) => headers.get(name)?.[0]
  const authorization = header('authorization')?.trim()
  const inQuery = findQueryAuthentication(query)
  if (authorization !== undefined && inQuery !== undefined) {
    throw invalidSignature(
      `Found both '${inQuery}' as a query-string param and 'Authorization' as HTTP header.`,
    )
  }
  if (!authorization?.startsWith('AWS4-')) throw missingAuthenticationToken()
  const amzDate = (header('x-amz-date') ?? header('date'))?.trim()
  const parts = readAuthorizationHeader(authorization, amzDate)
  refuseUntimely(parts.amzDate, now)
  const signedHeaders = pickSignedHeaders(parts.signedHeaders, headers)
  if (parts.algorithm !== signatureAlgorithm) {
    throw incompleteSignature(`Unsupported AWS 'algorithm': '${shownText(parts.algorithm)}'`)
  }
  return {
    ...readCredential(parts.credential, parts.amzDate, expectations),
    amzDate: parts.amzDate,
    sessionToken: signedHeaders.get('x-amz-security-token'),
    signedHeaders,
    signature: parts.signature,
    canonicalHead: canonicalHead({ method: request.method, path, query, headers: signedHeaders }),
    statedPayloadHash: readStatedPayloadHash(signedHeaders),
    body: request.body,
  }
}

/**
 * Whether the claim's signature is that of the key. For an access key that does not exist, call it with some other
 * signing key and refuse either way, so that both take the same time.
 */
export function verifySigV4(claim: SigV4Claim, signingKey: Uint8Array, digests: Digests): boolean {
  const payloadHash = digests.sha256(claim.body).toHex()
  const bodyIsSigned = (claim.statedPayloadHash ?? payloadHash) === payloadHash
  const request = { ...claim, canonicalRequest: claim.canonicalHead + payloadHash }
  const expected = computeSignature(request, signingKey, digests)
  const given = /^[0-9a-f]{64}$/.test(claim.signature)
    ? Uint8Array.fromHex(claim.signature)
    : new Uint8Array(0)
  return equalInConstantTime(expected, given) && bodyIsSigned
}

/** The key that signs one day's requests to one service; worth keeping, as it costs four of the five HMACs. */
export function deriveSigningKey(
  secret: string,
  scope: CredentialScope,
  digests: Digests,
): Uint8Array {
  if (secret === '') throw new RangeError('an empty secret would let anybody sign')
  let key: Uint8Array = new TextEncoder().encode(`AWS4${secret}`)
  for (const part of [scope.date, scope.region, scope.service, 'aws4_request']) {
    key = digests.hmacSha256(key, part)
  }
  return key
}

/** The raw signature over a canonical request ("string to sign" in AWS's words, then the last HMAC). */
export function computeSignature(
  request: CredentialScope & { readonly amzDate: string; readonly canonicalRequest: string },
  signingKey: Uint8Array,
  digests: Digests,
): Uint8Array {
  const { date, region, service, amzDate } = request
  const hash = digests.sha256(request.canonicalRequest).toHex()
  const scope = `${date}/${region}/${service}/aws4_request`
  return digests.hmacSha256(signingKey, `${signatureAlgorithm}\n${amzDate}\n${scope}\n${hash}`)
}

/** The first parameter of the query that belongs to the presigned form, in whatever case. */
function findQueryAuthentication(query: readonly QueryPair[]): string | undefined {
  const pair = query.find(([name]) => queryAuthentication.test(name))
  return pair?.[0]
}

const queryAuthentication =
  /^X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)$/i

function refuseUntimely(amzDate: string, now: number): void {
  const signed = parseAmzDate(amzDate)
  const at = formatAmzDate(now)
  if (signed < now - signatureWindow) {
    const bound = formatAmzDate(now - signatureWindow)
    throw untimelySignature(
      `Signature expired: ${amzDate} is now earlier than ${bound} (${at} - 5 min.)`,
    )
  }
  if (signed > now + signatureWindow) {
    const bound = formatAmzDate(now + signatureWindow)
    throw untimelySignature(
      `Signature not yet current: ${amzDate} is still later than ${bound} (${at} + 5 min.)`,
    )
  }
}

/** `UNSIGNED-PAYLOAD` and the streaming forms would leave the body open to anybody on the way. */
function readStatedPayloadHash(signedHeaders: ReadonlyMap<string, string>): string | undefined {
  const stated = signedHeaders.get('x-amz-content-sha256')
  if (stated !== undefined && !/^[0-9a-f]{64}$/.test(stated)) {
    throw invalidSignature(
      "The header 'x-amz-content-sha256' must hold the SHA-256 of the body: unsigned and streaming payloads are not accepted here.",
    )
  }
  return stated
}
