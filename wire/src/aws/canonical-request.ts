import { invalidSignature } from '@fleetkey/domain/exceptions/authentication'

// The canonical request of Signature Version 4 ("Create a signed AWS API request", IAM user guide), shared by the side
// that signs and the side that verifies. Where clients and servers could read the same bytes in two ways, it is refused.

/** A name and a value of the query string, percent-encoded in the one canonical spelling. */
export type QueryPair = readonly [name: string, value: string]

export interface CanonicalParts {
  readonly method: string
  /** As on the request line, before the `?`. */
  readonly path: string
  readonly query: readonly QueryPair[]
  /** Names in lower case, ascending; values by {@link canonicalHeaderValue}. */
  readonly headers: ReadonlyMap<string, string>
}

/** All of the canonical request but its last line, the hash of the payload. */
export function canonicalHead({ method, path, query, headers }: CanonicalParts): string {
  if (!/^[A-Z]{1,32}$/.test(method)) throw invalidSignature('The method is not an HTTP method.')
  const pairs = query.toSorted(byNameThenValue).map(([name, value]) => `${name}=${value}`)
  let lines = ''
  for (const [name, value] of headers) lines += `${name}:${value}\n`
  return `${method}\n${canonicalPath(path)}\n${pairs.join('&')}\n${lines}\n${[...headers.keys()].join(';')}\n`
}

/** Cuts a request target in two. Only the origin form (RFC 9112 §3.2.1) in plain ASCII is taken. */
export function splitTarget(target: string): { path: string; query: readonly QueryPair[] } {
  // A backslash is a slash to some parsers and `#` ends the target for some; no client sends either.
  if (!/^\/[!-~]*$/.test(target) || /[\\#]/.test(target)) {
    throw invalidSignature('The request target must be a path and a query string, percent-encoded.')
  }
  const mark = target.indexOf('?')
  if (mark === -1) return { path: target, query: [] }
  const query = target
    .slice(mark + 1)
    .split('&')
    .filter((pair) => pair !== '')
  return { path: target.slice(0, mark), query: query.map(canonicalPair) }
}

/** Outer blanks gone, inner runs of them one space: proxies may change those, so they cannot be signed. */
export function canonicalHeaderValue(value: string): string {
  // Beyond ASCII the signed bytes (UTF-8) and those on the wire (Latin-1) differ between clients.
  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    throw invalidSignature('A signed header holds characters that are not printable ASCII.')
  }
  return value
    .split(/[ \t]+/)
    .filter((word) => word !== '')
    .join(' ')
}

/** RFC 3986 §5.2.4 and runs of slashes made one, as botocore and the SDKs do; then encoded once more on top. */
function canonicalPath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const last = kept.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${kept.map((segment) => segment.replace(reserved, percentEncoded)).join('/')}${last}`
}

function canonicalPair(pair: string): QueryPair {
  const equals = pair.indexOf('=')
  if (equals === -1) return [canonicalText(pair), '']
  return [canonicalText(pair.slice(0, equals)), canonicalText(pair.slice(equals + 1))]
}

/** The same bytes with only the unreserved characters bare, all others as `%XX` in capitals. */
function canonicalText(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~]/g, (match) => {
    // A bare plus is a space to a form parser and a plus to everybody else; a bare percent sign is a mistake.
    if (match === '+' || match === '%') {
      throw invalidSignature("The query string must be percent-encoded: no bare '+' or '%' in it.")
    }
    if (match.length === 1) return percentEncoded(match)
    const character = String.fromCharCode(Number.parseInt(match.slice(1), 16))
    return /[A-Za-z0-9\-._~]/.test(character) ? character : match.toUpperCase()
  })
}

const reserved = /[^A-Za-z0-9\-._~]/g

/** One ASCII character as `%XX`. */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

function byNameThenValue([nameA, valueA]: QueryPair, [nameB, valueB]: QueryPair): number {
  if (nameA !== nameB) return nameA < nameB ? -1 : 1
  if (valueA !== valueB) return valueA < valueB ? -1 : 1
  return 0
}
