/** Hosts that stay on this machine: there, plain HTTP can be read by nobody else. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3})$/

/** A host with a dot: `https://aws` would own condition keys that begin with `aws:`. */
const NAMED_HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/

const PATH = /^(\/[\w+=,.@-]+)*\/?$/

const MAX_LENGTH = 255

/**
 * The issuer of an OIDC provider as tokens name it in `iss`: an https URL (plain http only on loopback) with host, optional port and path,
 * nothing else, and spelt in the one way that URLs are (OpenID Connect Core 1.0, section 2). Undefined when it is none.
 */
export function parseIssuerUrl(text: string): URL | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const url = URL.parse(text)
  if (url === null || !isProtected(url)) return undefined
  if (!LOOPBACK.test(url.hostname) && !NAMED_HOST.test(url.hostname)) return undefined
  if (!PATH.test(url.pathname)) return undefined
  // No user, query, fragment, default port, capitals in the host: other spellings of an issuer would be other providers.
  const spelt = `${url.protocol}//${url.host}${url.pathname}`
  return text === spelt || `${text}/` === spelt ? url : undefined
}

/** What the provider goes by in ARNs and condition keys: the issuer without its scheme. */
export const providerName = (issuer: string): string => issuer.replace(/^https?:\/\//, '')

/** TLS, or this very machine. */
export function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}
