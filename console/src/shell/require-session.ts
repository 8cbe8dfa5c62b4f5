import { redirect } from 'react-router'
import { loadSession } from '../api/signing-in.ts'
import { signInPath } from './way-back.ts'

/** Pages within the shell are for whoever is signed in; others sign in first, and come back. */
export async function requireSession({
  request,
}: {
  readonly request: Request
}): Promise<Response | null> {
  if ((await loadSession()) !== undefined) return null
  const { pathname, search } = new URL(request.url)
  // A request has no fragment; when a page is loaded, the address has.
  const hash = pathname === location.pathname ? location.hash : ''
  return redirect(signInPath({ pathname, search, hash }))
}
