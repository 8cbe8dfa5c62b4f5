import { formatAmzDate } from './amz-date.ts'
import { canonicalHead, splitTarget } from './canonical-request.ts'
import type { RequestToSign } from './sigv4-sign.ts'
import { computeSignature, deriveSigningKey, signatureAlgorithm, type Digests } from './sigv4.ts'

/** A GET without a body; its headers but `host` are not signed. */
type RequestToPresign = Pick<
  RequestToSign,
  'host' | 'credentials' | 'region' | 'service' | 'now'
> & {
  readonly path: string
  /** Not yet percent-encoded. */
  readonly query: Readonly<Record<string, string>>
  /** How long the URL is good for, counted from `now`. */
  readonly expiresSeconds: number
}

/**
 * The request target (path and query string) of a presigned URL, as the AWS CLI makes them for tunnels: everything that proves who asks
 * stands in the query string, a session token too ("Query string parameters for AWS Signature Version 4", IAM user guide).
 */
export function presignSigV4(request: RequestToPresign, digests: Digests): string {
  const { credentials, region, service } = request
  const amzDate = formatAmzDate(request.now)
  const scope = { date: amzDate.slice(0, 8), region, service }
  const { sessionToken } = credentials
  const pairs = Object.entries({
    ...request.query,
    'X-Amz-Algorithm': signatureAlgorithm,
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope.date}/${region}/${service}/aws4_request`,
    'X-Amz-Date': amzDate,
    'X-Amz-Expires': String(request.expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
  })
  const target = `${request.path}?${pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')}`
  const headers = new Map([['host', request.host]])
  const head = canonicalHead({ method: 'GET', ...splitTarget(target), headers })
  const canonicalRequest = head + digests.sha256('').toHex()
  const signingKey = deriveSigningKey(credentials.secretAccessKey, scope, digests)
  const signature = computeSignature({ ...scope, amzDate, canonicalRequest }, signingKey, digests)
  return `${target}&X-Amz-Signature=${signature.toHex()}`
}

/** RFC 3986: all but the unreserved characters; encodeURIComponent leaves `!'()*` bare. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
