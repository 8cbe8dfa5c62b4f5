import { isIP } from 'node:net'
import type { IncomingHttpHeaders } from 'node:http'
import { findItem, type Items } from './items.ts'
import { MAX_TOKEN_SECONDS, type Tokens } from './tokens.ts'

export interface MetadataRequest {
  readonly method: string
  /** As it came, with its query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

export interface MetadataAnswer {
  readonly status: 200 | 400 | 401 | 403 | 404 | 405
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

const TOKEN_PATH = /^\/latest\/api\/token\/?$/
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
const MAX_PATH = 256

/**
 * The rules of IMDSv2: a session begins with a PUT, which neither a page in a browser nor a server that can be made to fetch an address
 * sends; everything else takes its token. The older form without one does not exist here.
 */
export function answerMetadata(
  request: MetadataRequest,
  { tokens, items }: { readonly tokens: Tokens; readonly items: () => Items },
): MetadataAnswer {
  const { method, headers } = request
  const path = request.url.split('?', 1)[0] ?? ''
  if (!isAskedByAddress(headers.host)) return refuse(403, 'Ask by address, not by name.')
  if (TOKEN_PATH.test(path)) return answerToken(request, tokens)
  if (method !== 'GET' && method !== 'HEAD') return notAllowed('GET, HEAD')
  const token = headers['x-aws-ec2-metadata-token']
  if (typeof token !== 'string' || !tokens.isValid(token)) {
    return refuse(401, 'Get a token first: PUT /latest/api/token.')
  }
  const text = path.length > MAX_PATH ? undefined : findItem(items(), decoded(path))
  return text === undefined ? refuse(404, 'There is no such item.') : { status: 200, text }
}

function answerToken({ method, headers }: MetadataRequest, tokens: Tokens): MetadataAnswer {
  if (method !== 'PUT') return notAllowed('PUT')
  // Passed on by a proxy: somebody else than a program of this host may be behind it.
  if (headers['x-forwarded-for'] !== undefined) return refuse(403, 'Not through a proxy.')
  const ttl = headers[TTL_HEADER]
  const seconds = typeof ttl === 'string' && /^\d{1,5}$/.test(ttl) ? Number(ttl) : 0
  if (seconds < 1 || seconds > MAX_TOKEN_SECONDS) {
    return refuse(400, `${TTL_HEADER} must be 1 to ${MAX_TOKEN_SECONDS}.`)
  }
  const hasBody = headers['transfer-encoding'] ?? (headers['content-length'] ?? '0') !== '0'
  if (hasBody) return refuse(400, 'The request must have no body.')
  return { status: 200, text: tokens.issue(seconds), headers: { [TTL_HEADER]: String(seconds) } }
}

/** A web page whose name was pointed at this address afterwards (DNS rebinding) still has its name in the request. */
function isAskedByAddress(host: string | undefined): boolean {
  if (host === undefined) return true // HTTP/1.0
  const [, address] = /^\[?([0-9A-Fa-f.:]+?)\]?(?::\d{1,5})?$/.exec(host) ?? []
  return address !== undefined && isIP(address) !== 0
}

/** Nothing that is served has a name that needs decoding twice; what cannot be decoded is not there. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return '/%'
  }
}

const refuse = (status: MetadataAnswer['status'], text: string): MetadataAnswer => ({
  status,
  text: `${text}\n`,
})

const notAllowed = (allow: string): MetadataAnswer => ({
  ...refuse(405, `Use ${allow}.`),
  headers: { allow },
})
