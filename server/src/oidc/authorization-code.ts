import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
  type ClientAuth,
  type Configuration,
} from 'openid-client'
import { fetchWithinLimits } from './fetch-json.ts'
import { isProtected } from './issuer-url.ts'
import type { BegunSignIn } from './sign-ins.ts'

/** A client of ours at a provider. */
export interface SignInClient {
  readonly issuer: string
  readonly clientId: string
}

/** What a confidential client shows of itself (RFC 6749 §2.3.1). */
export interface ClientSecret {
  readonly secret: string
  /** Undefined: as the provider says that it takes it. */
  readonly authMethod: 'client_secret_basic' | 'client_secret_post' | undefined
}

/** Signing in at OpenID Connect providers on behalf of browsers: authorization code with PKCE (RFC 7636). */
export interface AuthorizationCodes {
  /** What is to be kept, and where the browser goes. Throws {@link ProviderFailed}. */
  begin(
    client: SignInClient,
    to: {
      readonly redirectUri: string
      /** The person is to show there who they are, also when they are signed in there. */
      readonly anew: boolean
    },
  ): Promise<{ readonly begun: BegunSignIn; readonly url: URL }>
  /**
   * The ID token, not verified but for what binds it to `begun`. Throws {@link ProviderFailed}.
   * @param query what the browser came back with, `?code=…&state=…`
   */
  finish(begun: BegunSignIn, query: string): Promise<string>
}

/** What went wrong, as a sentence for the person. */
export class ProviderFailed extends Error {
  override readonly name = 'ProviderFailed'
}

/** What providers say of themselves is asked for again after so long. */
const KEPT_MS = 10 * 60_000
const MAX_KEPT = 100
const RETRY_MS = 2000

/** All that may be of use, of what the provider says that it has. */
const SCOPES = ['openid', 'profile', 'email', 'groups']
const STANDARD_SCOPES = 'openid profile email'

export function createAuthorizationCodes(parts: {
  /** Undefined for public clients. */
  readonly secretOf: (client: SignInClient) => ClientSecret | undefined
  readonly now: () => number
}): AuthorizationCodes {
  const { secretOf, now } = parts
  const known = new Map<string, { readonly opened: Promise<Configuration>; readonly at: number }>()

  function open(client: SignInClient): Promise<Configuration> {
    const key = JSON.stringify([client.issuer, client.clientId])
    const found = known.get(key)
    if (found !== undefined && now() < found.at + KEPT_MS) return found.opened
    if (known.size >= MAX_KEPT) known.clear()
    const opened = discover(client, secretOf(client))
    known.set(key, { opened, at: now() })
    // What failed is tried again soon: not by each of those who come, who may be anybody.
    opened.catch(() => known.set(key, { opened, at: now() - KEPT_MS + RETRY_MS }))
    return opened
  }

  return {
    async begin(client, { redirectUri, anew }) {
      return await forPerson(client.issuer, async () => {
        const configuration = await open(client)
        const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()]
        const { scopes_supported: has } = configuration.serverMetadata()
        const url = buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: has ? SCOPES.filter((each) => has.includes(each)).join(' ') : STANDARD_SCOPES,
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
          // Whoever names an age is told when the person last showed there who they are: a year is none that a session there reaches.
          ...(anew ? { prompt: 'login', max_age: '0' } : { max_age: '31536000' }),
        })
        if (!mayAsk(url, client.issuer)) throw new Error('its sign-in page is at no https URL')
        return { begun: { kind: 'begun', ...client, redirectUri, state, nonce, verifier }, url }
      })
    },
    async finish(begun, query) {
      const { issuer, redirectUri, state, nonce, verifier } = begun
      return await forPerson(issuer, async () => {
        // State, nonce, and who answers, where the provider says it (RFC 9207): a mix-up ends here.
        const { id_token: token } = await authorizationCodeGrant(
          await open(begun),
          new URL(`${redirectUri}${query}`),
          {
            expectedState: state,
            expectedNonce: nonce,
            pkceCodeVerifier: verifier,
            idTokenExpected: true,
          },
        )
        if (token === undefined) throw new Error('its answer has no ID token')
        return token
      })
    },
  }
}

async function discover(
  { issuer, clientId }: SignInClient,
  secret: ClientSecret | undefined,
): Promise<Configuration> {
  const url = new URL(issuer)
  return await discovery(
    url,
    clientId,
    undefined,
    secret === undefined ? None() : bySecret(secret),
    {
      timeout: 5,
      [customFetch]: (asked, init) => {
        if (!mayAsk(new URL(asked), issuer)) throw new Error('it names an endpoint without TLS')
        return fetchWithinLimits(asked, init as RequestInit)
      },
      // To this machine only, where nobody listens: mayAsk sees to it.
      execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
    },
  )
}

/** In a header, which all providers must take, or else in the body. Some take of each client only what it is registered with. */
function bySecret({ secret, authMethod }: ClientSecret): ClientAuth {
  const [inHeader, inBody] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server, ...others) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const isInHeader =
      authMethod === undefined
        ? taken.includes('client_secret_basic')
        : authMethod === 'client_secret_basic'
    return (isInHeader ? inHeader : inBody)(server, ...others)
  }
}

/** A provider behind TLS does not send us, or a browser, to plain HTTP on this machine. */
function mayAsk(url: URL, issuer: string): boolean {
  return url.protocol === 'https:' || (isProtected(url) && issuer.startsWith('http:'))
}

async function forPerson<T>(issuer: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new ProviderFailed(`${issuer} did not sign you in: ${reason(cause)}`, { cause })
  }
}

function reason(cause: unknown): string {
  if (cause instanceof AuthorizationResponseError || cause instanceof ResponseBodyError) {
    const { error, error_description: description } = cause
    const says = printable(description ?? error)
    if (error === 'access_denied') {
      return `it was denied there (${says}). Whoever keeps it can let you use this application.`
    }
    const isClient = error === 'invalid_client' || error === 'unauthorized_client'
    return `it says ${says}. ${isClient ? MEND_CLIENT : 'Begin again; if it stays so, whoever keeps it looks at its log.'}`
  }
  // Of RFC 6749 §5.2: to a client that showed a secret in a header it must answer so.
  if (cause instanceof WWWAuthenticateChallengeError) {
    return `it does not take the secret of this server. ${MEND_CLIENT}`
  }
  if (cause instanceof ClientError) {
    if (cause.code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') {
      return 'by the clock of this server, its answer is too old or not good yet. Begin again; if it stays so, one of the two clocks is wrong, and an administrator sets it (NTP).'
    }
    if (cause.cause instanceof Response && cause.cause.status >= 500) {
      return `it answers with status ${cause.cause.status}. Try again; if it stays so, whoever keeps it looks at its log.`
    }
    return cause.code === 'OAUTH_TIMEOUT'
      ? 'it does not answer in time.'
      : 'its answer does not belong to what this browser began, or is not what OpenID Connect asks for. Begin again.'
  }
  return 'it cannot be reached. Try again; if it stays so, an administrator looks at the log.'
}

const MEND_CLIENT =
  'An administrator registers this client there as public, or sets its secret in sso.clients, and authMethod as it is registered there.'

/** Text from outside, for people. */
const printable = (text: string): string =>
  text.slice(0, 200).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
