/**
 * What binds a sign-in at a provider to the browser that began it. Sent along when the provider sends the browser back (Lax), which the cookie
 * of sessions is not; it is good for nothing but that.
 */
const NAME = '__Host-fleetkey-sign-in'

/** For `Set-Cookie`. */
export const signInCookie = (id: string, seconds: number): string =>
  `${NAME}=${id}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${seconds}`

/** In a `Cookie` header; undefined when there is none, none of that form, or more than one. */
export function shownSignIn(cookieHeader: string): string | undefined {
  const [value, another] = cookieHeader
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1))
  return another === undefined && /^[\w-]{43}$/.test(value ?? '') ? value : undefined
}
