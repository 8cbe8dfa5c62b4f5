import { useSession } from '../api/use-session.ts'

/** Tells password managers whose password a form asks for; nobody sees it. */
export function OwnUserName() {
  const name = useSession()?.principal.name ?? ''
  return <input type="text" autoComplete="username" value={name} readOnly hidden />
}
