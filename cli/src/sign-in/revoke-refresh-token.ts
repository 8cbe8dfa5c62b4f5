import { tokenRevocation } from 'openid-client'
import { askProvider } from './provider-failure.ts'
import type { Provider } from './provider.ts'

/** Takes it out of service at the provider (RFC 7009), where that is possible. */
export async function revokeRefreshToken(
  { issuer, configuration }: Provider,
  refreshToken: string,
): Promise<void> {
  if (configuration.serverMetadata().revocation_endpoint === undefined) return
  await askProvider(issuer, () =>
    tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' }),
  )
}
