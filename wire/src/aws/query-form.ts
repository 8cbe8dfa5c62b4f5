import { malformedQueryString } from '@fleetkey/domain/exceptions/request'

/** More members than any request of IAM, STS or EC2 has: 1,000 ids, or 200 values in each of some filters. */
const MAX_MEMBERS = 4096

/**
 * Decodes `application/x-www-form-urlencoded`: each name with its value, in order, a name that repeats as often as it does. Strict UTF-8,
 * also within escapes; a space is `+` or `%20`. Throws `MalformedQueryString`, which never holds a part of the form.
 */
export function decodeQueryForm(form: Uint8Array | string): readonly (readonly [string, string])[] {
  const text = typeof form === 'string' ? form : decodeUtf8(form)
  const members: (readonly [string, string])[] = []
  for (let at = 0; at < text.length;) {
    if (members.length === MAX_MEMBERS) {
      throw malformedQueryString(`The request has more than ${MAX_MEMBERS} members.`)
    }
    const end = endOfMember(text, at)
    members.push(decodeMember(text.slice(at, end)))
    at = end + 1
    if (at === text.length) throw malformedQueryString('The request ends with an "&".')
  }
  return members
}

function endOfMember(text: string, at: number): number {
  const end = text.indexOf('&', at)
  return end === -1 ? text.length : end
}

function decodeMember(member: string): readonly [string, string] {
  const equals = member.indexOf('=')
  if (equals < 1)
    throw malformedQueryString('A member of the request is not of the form name=value.')
  return [decodeText(member.slice(0, equals)), decodeText(member.slice(equals + 1))]
}

function decodeText(text: string): string {
  try {
    // Refuses half escapes, and bytes that are not UTF-8 (ECMA-262, Decode).
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformedQueryString('The request holds a percent escape that is not UTF-8.')
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformedQueryString('The request body is not UTF-8.')
  }
}
