import { refreshTokenGrant } from 'openid-client'
import { askProvider, ProviderRefusal } from './provider-failure.ts'
import type { Provider } from './provider.ts'
import { tokensFrom, type Tokens } from './tokens.ts'

/** A new word of the provider for a refresh token (RFC 6749 §6); a new refresh token too where it rotates them. */
export function refreshTokens(provider: Provider, refreshToken: string): Promise<Tokens> {
  const { issuer, configuration } = provider
  return askProvider(issuer, async () =>
    tokensFrom(issuer, await refreshTokenGrant(configuration, refreshToken)),
  )
}

/** The refresh token is used up, revoked or too old. */
export function isInvalidGrant(error: unknown): error is ProviderRefusal {
  return error instanceof ProviderRefusal && error.code === 'invalid_grant'
}
