const SIGN_IN = '/sign-in'

/** Where to sign in, and back to this page afterwards. */
export function signInPath(here: {
  readonly pathname: string
  readonly search: string
  readonly hash: string
}): string {
  const back = `${here.pathname}${here.search}${here.hash}`
  return back === '/' ? SIGN_IN : `${SIGN_IN}?${new URLSearchParams({ next: back }).toString()}`
}

/**
 * Where somebody goes who has signed in. What stands in the address may be of anybody's making: only pages of this console count (an open
 * redirect would lead people, fresh from typing their password, to a page that asks for it again).
 */
export function wayBack(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next')
  if (next === null || !next.startsWith('/')) return '/'
  const url = URL.parse(next, origin)
  if (url === null || url.origin !== origin) return '/'
  // What the browser understood, not what was written: `/\\evil.example` and `/\t/evil.example` are other hosts.
  const path = `${url.pathname}${url.search}${url.hash}`
  return path.startsWith('//') || url.pathname === SIGN_IN ? '/' : path
}
