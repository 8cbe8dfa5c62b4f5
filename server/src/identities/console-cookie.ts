import type { IssuedSession } from './issue-session.ts'

/**
 * `__Host-`: browsers take it over TLS (or from this very machine) only, for this host alone and the whole of it, so that no other host of
 * the domain can plant one (RFC 6265bis §4.1.3.2).
 */
const NAME = '__Host-fleetkey'

/** No script reads it, and no other site's request carries it. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict'

/** What a browser shows of a session: its key id and its token. */
export interface ShownSession {
  readonly accessKeyId: string
  readonly sessionToken: string
}

/** For `Set-Cookie`. */
export function sessionCookie(session: IssuedSession, now: number): string {
  const seconds = Math.max(0, Math.ceil((session.expiresAt - now) / 1000))
  return `${NAME}=${session.accessKeyId}:${session.sessionToken}; ${ATTRIBUTES}; Max-Age=${seconds}`
}

/** For `Set-Cookie`: the browser forgets it. */
export const NO_SESSION_COOKIE = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`

/** In a `Cookie` header; undefined when there is none, none of that form, or more than one. */
export function shownSession(cookieHeader: string): ShownSession | undefined {
  const [value, another] = cookieHeader
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1))
  const [, accessKeyId, sessionToken] = FORM.exec(value ?? '') ?? []
  if (accessKeyId === undefined || sessionToken === undefined || another !== undefined)
    return undefined
  return { accessKeyId, sessionToken }
}

const FORM = /^(ASIA[A-Z2-7]{16}):([A-Za-z0-9+/]{32,128}={0,2})$/

/** Whether a browser shows anything by that name, of whatever form. */
export const showsSession = (cookieHeader: string): boolean =>
  cookieHeader.split(';').some((pair) => pair.trim().startsWith(`${NAME}=`))
