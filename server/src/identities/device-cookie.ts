import { KNOWN_DAYS } from './known-devices.ts'

/** Outlives sessions, and is no credential: known-devices.ts. */
const NAME = '__Host-fleetkey-device'

/** Of four people, and then some. */
const MAX_LENGTH = 1024

/** For `Set-Cookie`. */
export const deviceCookie = (tokens: readonly string[]): string =>
  `${NAME}=${tokens.join('~')}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${KNOWN_DAYS * 24 * 3600}`

/** In a `Cookie` header; none when there is more than one. */
export function shownDevices(cookieHeader: string): readonly string[] {
  const [value = '', another] = cookieHeader
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1))
  return another !== undefined || value === '' || value.length > MAX_LENGTH ? [] : value.split('~')
}
