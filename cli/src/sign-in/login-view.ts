import type { Session } from './session.ts'

/** How somebody is logged in, for people and programs; nothing secret. */
export interface LoginView {
  /** Issuer of the provider, or none for a password of the server. */
  readonly provider?: string
  readonly role?: string
  /** ISO 8601. */
  readonly expiresAt: string
  /** It is renewed without anybody's help. */
  readonly renewable: boolean
}

export function loginView({ origin, expiresAt }: Session): LoginView {
  const until = new Date(expiresAt).toISOString()
  if (origin.kind === 'password') return { expiresAt: until, renewable: false }
  const { issuer, role, refreshToken } = origin
  return { provider: issuer, role, expiresAt: until, renewable: refreshToken !== undefined }
}
