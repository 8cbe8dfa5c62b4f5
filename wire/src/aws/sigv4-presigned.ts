import {
  incompleteSignature,
  invalidSignature,
  missingAuthenticationToken,
} from '@fleetkey/domain/exceptions/authentication'
import { formatAmzDate, parseAmzDate } from './amz-date.ts'
import { canonicalHead, splitTarget, type QueryPair } from './canonical-request.ts'
import { readCredential, type ScopeExpectations } from './credential-scope.ts'
import { shownText } from './shown-text.ts'
import { gatherHeaders, pickSignedHeaders } from './signed-headers.ts'
import { signatureAlgorithm, signatureWindow, type RawRequest, type SigV4Claim } from './sigv4.ts'

/**
 * The same as `readSigV4` for a request that is signed in its query string, as the AWS CLI opens tunnels: good from
 * `X-Amz-Date` (with the usual tolerance for a clock that is ahead) until `X-Amz-Expires` seconds later.
 */
export function readPresignedSigV4(
  request: RawRequest,
  now: number,
  expectations: ScopeExpectations & {
    /** The longest `X-Amz-Expires` that is taken, in seconds. Default: AWS's limit, a week. */
    readonly maxExpires?: number
  },
): SigV4Claim {
  const headers = gatherHeaders(request.headers)
  const { path, query } = splitTarget(request.target)
  const given = gatherParameters(query)
  if (headers.has('authorization') && given.size > 0) {
    throw invalidSignature(
      `Found both '${[...given.keys()].join()}' as a query-string param and 'Authorization' as HTTP header.`,
    )
  }
  if (given.size === 0) throw missingAuthenticationToken()
  // A second date or token in the headers would leave open which one counts.
  const twice = ['x-amz-date', 'x-amz-security-token'].find((name) => headers.has(name))
  if (twice !== undefined) {
    throw invalidSignature(`The header '${twice}' may not be sent with a presigned URL.`)
  }
  const parameters = requireParameters(given)
  refuseUntimely(parameters, now, expectations.maxExpires)
  const signedHeaders = pickSignedHeaders(parameters['X-Amz-SignedHeaders'], headers)
  if (parameters['X-Amz-Algorithm'] !== signatureAlgorithm) {
    throw incompleteSignature(
      `Unsupported AWS 'algorithm': '${shownText(parameters['X-Amz-Algorithm'])}'`,
    )
  }
  const amzDate = parameters['X-Amz-Date']
  return {
    ...readCredential(parameters['X-Amz-Credential'], amzDate, expectations),
    amzDate,
    sessionToken: given.get('X-Amz-Security-Token'),
    signedHeaders,
    signature: parameters['X-Amz-Signature'],
    canonicalHead: canonicalHead({
      method: request.method,
      path,
      query: query.filter(([name]) => name !== 'X-Amz-Signature'),
      headers: signedHeaders,
    }),
    statedPayloadHash: undefined,
    body: request.body,
  }
}

const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
  'X-Amz-Expires',
] as const

type Parameters = Readonly<Record<(typeof required)[number], string>>

/** The authentication parameters by name, decoded. Refuses one that is given twice or in another case. */
function gatherParameters(query: readonly QueryPair[]): ReadonlyMap<string, string> {
  const names = [...required, 'X-Amz-Security-Token']
  const given = new Map<string, string>()
  for (const [name, value] of query) {
    const known = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
    if (known === undefined) continue
    if (known !== name || given.has(name)) {
      throw invalidSignature(
        `The query-string parameter '${known}' must be given once, in this case.`,
      )
    }
    given.set(name, decode(value))
  }
  return given
}

/** The pairs are canonical already: every `%XX` is well formed, but together they need not be UTF-8. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw invalidSignature('A query-string parameter of the signature is not UTF-8.')
  }
}

function requireParameters(given: ReadonlyMap<string, string>): Parameters {
  const parameter = (name: string) => given.get(name) ?? ''
  const missing = required.filter((name) => parameter(name) === '')
  if (missing.length > 0) {
    const sentences = missing.map((name) => `AWS query-string parameters must include '${name}'. `)
    throw incompleteSignature(`${sentences.join('')}Re-examine the query-string parameters.`)
  }
  return {
    'X-Amz-Algorithm': parameter('X-Amz-Algorithm'),
    'X-Amz-Credential': parameter('X-Amz-Credential'),
    'X-Amz-Signature': parameter('X-Amz-Signature'),
    'X-Amz-SignedHeaders': parameter('X-Amz-SignedHeaders'),
    'X-Amz-Date': parameter('X-Amz-Date'),
    'X-Amz-Expires': parameter('X-Amz-Expires'),
  }
}

function refuseUntimely(parameters: Parameters, now: number, maxExpires = 604_800): void {
  const amzDate = parameters['X-Amz-Date']
  const signed = parseAmzDate(amzDate)
  const expires = /^\d{1,6}$/.test(parameters['X-Amz-Expires'])
    ? Number(parameters['X-Amz-Expires'])
    : 0
  if (expires < 1 || expires > maxExpires) {
    throw incompleteSignature(
      `'X-Amz-Expires' must be a number of seconds from 1 to ${maxExpires}.`,
    )
  }
  const at = formatAmzDate(now)
  if (now > signed + expires * 1000) {
    throw invalidSignature(
      `Signature expired: ${amzDate} is now earlier than ${formatAmzDate(now - expires * 1000)} (${at} - ${expires} sec.)`,
    )
  }
  if (signed > now + signatureWindow) {
    const bound = formatAmzDate(now + signatureWindow)
    throw invalidSignature(
      `Signature not yet current: ${amzDate} is still later than ${bound} (${at} + 5 min.)`,
    )
  }
}
