import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { Failure } from '../failure.ts'
import { LoopbackListener, type BrowserAnswer } from './loopback-listener.ts'
import { displayName } from './display-name.ts'
import { askProvider } from './provider-failure.ts'
import type { Provider } from './provider.ts'
import { tokensFrom, type Tokens } from './tokens.ts'

/** How long somebody may take to sign in. */
export const SIGN_IN_TIMEOUT_MS = 5 * 60_000

/**
 * Authorization code with PKCE (RFC 7636, S256) over a redirect to this machine. What comes back must carry our state and, from a
 * provider that names itself in its answers, that name (RFC 9207); the ID token must carry our nonce.
 * @param options.show gets the address to sign in at
 */
export async function signInByBrowser(
  provider: Provider,
  options: {
    readonly show: (url: string) => void
    readonly signal: AbortSignal
    readonly timeoutMs?: number
  },
): Promise<Tokens> {
  const { issuer, configuration, scope } = provider
  const listener = await LoopbackListener.open()
  try {
    const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()]
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: listener.redirectUri,
      scope,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    // No prompt=consent for offline_access (OpenID Connect Core §11): where people may not consent for themselves, as in many
    // companies, it locks them out; without it some providers give no refresh token, and one logs in again.
    const timeoutMs = options.timeoutMs ?? SIGN_IN_TIMEOUT_MS
    const answering = answerInTime(listener, { state, timeoutMs, signal: options.signal })
    options.show(url.href)
    const answer = await answering
    try {
      const tokens = await askProvider(issuer, async () =>
        tokensFrom(
          issuer,
          await authorizationCodeGrant(configuration, answer.url, {
            pkceCodeVerifier: verifier,
            expectedState: state,
            expectedNonce: nonce,
            idTokenExpected: true,
          }),
        ),
      )
      await answer.show({ kind: 'signed in', name: displayName(tokens.claims), issuer })
      return tokens
    } catch (error) {
      if (error instanceof Failure) {
        await answer.show({ kind: 'failed', message: error.message, why: error.why })
      }
      throw error
    }
  } finally {
    listener.close()
  }
}

async function answerInTime(
  listener: LoopbackListener,
  options: { readonly state: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<BrowserAnswer> {
  const late = AbortSignal.timeout(options.timeoutMs)
  try {
    return await listener.answerTo(options.state, AbortSignal.any([options.signal, late]))
  } catch (error) {
    if (!late.aborted || options.signal.aborted) throw error
    const minutes = Math.round(options.timeoutMs / 60_000)
    throw new Failure('cancelled', `Nobody signed in within ${minutes} minutes.`, {
      todo: ['Try again, or sign in elsewhere: fleetkey login --device'],
    })
  }
}
