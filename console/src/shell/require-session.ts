import { redirect } from 'react-router'
import { loadSession } from '../api/signing-in.ts'
import { signInPath } from './way-back.ts'

/** Pages for those who are not signed in. */
const ENTRIES = ['/sign-in', '/set-up']

/**
 * Before the first page is looked for: whoever is not signed in fetches nothing but the page to sign in with. When the control plane does not
 * answer, the page that was wanted says so.
 */
export async function goWhereOneMay(): Promise<void> {
  if (ENTRIES.includes(location.pathname)) return
  const session = await loadSession().catch(() => 'unknown' as const)
  if (session === undefined) history.replaceState(null, '', signInPath(location))
}

/** Pages within the shell are for whoever is signed in; others sign in first, and come back. */
export async function requireSession({
  request,
}: {
  readonly request: Request
}): Promise<Response | null> {
  if ((await loadSession()) !== undefined) return null
  return redirect(signInPath({ hash: '', ...parts(new URL(request.url)) }))
}

const parts = ({ pathname, search }: URL) => ({ pathname, search })
