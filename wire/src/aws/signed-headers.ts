import { invalidSignature } from '@fleetkey/domain/exceptions/authentication'
import { canonicalHeaderValue } from './canonical-request.ts'
import { shownText } from './shown-text.ts'

/** All values of each header, by name in lower case, in the order received. */
export type HeaderValues = ReadonlyMap<string, readonly string[]>

/** Gathers raw headers. Refuses a second value where two readers could choose different ones. */
export function gatherHeaders(
  raw: readonly (readonly [name: string, value: string])[],
): HeaderValues {
  const headers = new Map<string, string[]>()
  for (const [rawName, value] of raw) {
    // Tokens only (RFC 9110 §5.6.2): lower-casing of others could turn one name into another.
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(rawName)) {
      throw invalidSignature('A header name holds characters that are not allowed there.')
    }
    const name = rawName.toLowerCase()
    const values = headers.get(name)
    if (values === undefined) headers.set(name, [value])
    else if (once.has(name)) throw invalidSignature(`The header '${name}' is given more than once.`)
    else values.push(value)
  }
  return headers
}

/**
 * The canonical values of the headers that the list names. Refuses a list that is not what a client writes (lower case,
 * ascending, each once), that lacks `host`, names what was not sent, or leaves out an `x-amz-` header that was: a
 * header that nobody signed could have been put in by anybody on the way.
 */
export function pickSignedHeaders(
  list: string,
  headers: HeaderValues,
): ReadonlyMap<string, string> {
  const names = list.split(';')
  if (!names.includes('host')) {
    throw invalidSignature(
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    )
  }
  const ordered = names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name)
  if (!ordered) {
    throw invalidSignature(
      "'SignedHeaders' must name each header once, in lower case and ascending order.",
    )
  }
  const picked = new Map<string, string>()
  for (const name of names) {
    const values = headers.get(name)
    if (values === undefined) {
      throw invalidSignature(`The signed header '${shownText(name, 64)}' is not in the request.`)
    }
    picked.set(name, values.map(canonicalHeaderValue).join(','))
  }
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && !picked.has(name)) {
      throw invalidSignature(
        `There were headers present in the request which were not signed: ${name}`,
      )
    }
  }
  return picked
}

const once: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'host',
  'transfer-encoding',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
])
