import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Configuration } from 'oidc-provider'
import {
  DEFAULT_CLIENT_ID,
  emailOf,
  LOOPBACK_REDIRECT,
  type OidcAccount,
  type OidcOptions,
} from './oidc-options.ts'
import { deviceCodePage, deviceConfirmPage, messagePage } from './pages.ts'

/** One public client, its refresh tokens rotated, and those that have a secret, all with PKCE; browser and device flow; the claims that policies go by. */
export function providerConfiguration(options: OidcOptions): Configuration {
  const { lifetimes = {}, accounts } = options
  const deviceCode = lifetimes.deviceCode ?? 600
  return {
    clients: [
      {
        client_id: options.clientId ?? DEFAULT_CLIENT_ID,
        client_name: 'fleetkey',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: [
          'authorization_code',
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
        response_types: ['code'],
        redirect_uris: [LOOPBACK_REDIRECT, ...(options.redirectUris ?? [])],
        id_token_signed_response_alg: 'RS256',
      },
      ...(options.confidential ?? []).map(({ clientId, secret, method }) => ({
        client_id: clientId,
        client_secret: secret,
        client_name: 'fleetkey',
        token_endpoint_auth_method: method,
        grant_types: ['authorization_code'],
        response_types: ['code' as const],
        redirect_uris: [...(options.redirectUris ?? [])],
        // Browsers at localhost, which a client of kind `web` may not be.
        application_type: 'native' as const,
        id_token_signed_response_alg: 'RS256' as const,
      })),
    ],
    // Of clients that have a secret too: a code that is stolen on its way is of no use to who could send it by our server.
    pkce: { required: () => true },
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'name'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    // As Entra, Okta and Keycloak do: claims of a scope are in the ID token, which is all that a server of ours ever sees.
    conformIdTokenClaims: false,
    findAccount: (_context, id) => {
      const account = accounts.find(({ name }) => name === id)
      return account && { accountId: account.name, claims: () => claimsOf(account) }
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    // Without prompt=consent too: offline_access is then not granted by the letter of OpenID Connect Core §11, but
    // most providers grant it to native clients.
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    ttl: {
      AuthorizationCode: lifetimes.code ?? 60,
      IdToken: lifetimes.idToken ?? 300,
      AccessToken: lifetimes.accessToken ?? 3600,
      RefreshToken: lifetimes.refreshToken ?? 86_400,
      DeviceCode: deviceCode,
      Grant: 14 * 86_400,
      Interaction: 3600,
      Session: 86_400,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: { enabled: true, allowedPolicy: ownTokensOnly },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (context, form, _out, error) => {
          context.body = deviceCodePage(form, error && 'That is not a code that is waiting.')
        },
        userCodeConfirmSource: (context, form, client, _device, code) => {
          context.body = deviceConfirmPage(form, {
            client: client.clientName ?? client.clientId,
            code,
          })
        },
        successSource: (context) => {
          context.body = messagePage('Signed in', 'You can close this page.')
        },
      },
    },
    renderError: (context, out) => {
      context.type = 'html'
      context.body = messagePage(out.error, out.error_description ?? 'That did not work.')
    },
  }
}

function claimsOf(account: OidcAccount) {
  return {
    sub: account.name,
    preferred_username: account.name,
    name: account.name,
    email: emailOf(account),
    email_verified: true,
    groups: account.groups,
  }
}

/** Made anew at each start: nothing outlives the process that signs with it. */
function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kty: 'RSA', use: 'sig', alg: 'RS256' }
}

function ownTokensOnly(
  _context: unknown,
  client: { readonly clientId: string },
  token: { readonly clientId?: string | undefined },
): boolean {
  return token.clientId === client.clientId
}
