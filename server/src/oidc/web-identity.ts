import type { ProviderRow } from '../store/identity-store.ts'

/** Who an OIDC provider vouches for, as its token said. With the provider, `subject` is who it is; nothing else of it is an identity. */
export interface WebIdentity {
  readonly provider: ProviderRow
  /** The claim `sub`. */
  readonly subject: string
  /** The client id that the token was made for. */
  readonly audience: string
  /** For people: e-mail or name. Two subjects may have the same. */
  readonly displayName: string | undefined
  readonly claims: Claims
}

export type Claims = Readonly<Record<string, unknown>>

export interface WebIdentities {
  /**
   * Checks an ID token against the provider that is registered for its issuer. Throws InvalidIdentityToken, ExpiredWebIdentityToken or
   * IDPCommunicationError.
   */
  verify(token: string): Promise<WebIdentity>
}
