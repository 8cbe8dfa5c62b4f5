import { formatAmzDate } from './amz-date.ts'
import { canonicalHead, canonicalHeaderValue, splitTarget } from './canonical-request.ts'
import { computeSignature, deriveSigningKey, signatureAlgorithm, type Digests } from './sigv4.ts'

export interface RequestToSign {
  readonly method: string
  /** Value of the Host header: with the port unless it is the scheme's own. */
  readonly host: string
  /** Path and query as they will stand on the request line, percent-encoded. */
  readonly target: string
  /** Sent and signed, e.g. content-type and x-amz-target. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly region: string
  readonly service: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The headers to send besides those given: host, x-amz-date, authorization, and x-amz-security-token if there is one. */
export function signSigV4(request: RequestToSign, digests: Digests): Record<string, string> {
  const { credentials, region, service } = request
  const amzDate = formatAmzDate(request.now)
  const added: Record<string, string> = { host: request.host, 'x-amz-date': amzDate }
  if (credentials.sessionToken !== undefined) {
    added['x-amz-security-token'] = credentials.sessionToken
  }
  const headers = new Map(
    Object.entries({ ...request.headers, ...added })
      .map(([name, value]) => [name.toLowerCase(), canonicalHeaderValue(value)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  const head = canonicalHead({ method: request.method, ...splitTarget(request.target), headers })
  const canonicalRequest = head + digests.sha256(request.body).toHex()
  const scope = { date: amzDate.slice(0, 8), region, service }
  const signingKey = deriveSigningKey(credentials.secretAccessKey, scope, digests)
  const signature = computeSignature({ ...scope, amzDate, canonicalRequest }, signingKey, digests)
  const credential = `${credentials.accessKeyId}/${scope.date}/${region}/${service}/aws4_request`
  const names = [...headers.keys()].join(';')
  return {
    ...added,
    authorization: `${signatureAlgorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature.toHex()}`,
  }
}
