import type { IDToken, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import { Failure } from '../failure.ts'

/** What a provider says of a person, and what a new word of it can be had for. */
export interface Tokens {
  /** Signed; the server looks at it, we only hand it on. */
  readonly idToken: string
  readonly claims: IDToken
  readonly refreshToken: string | undefined
}

export function tokensFrom(
  issuer: string,
  answer: TokenEndpointResponse & TokenEndpointResponseHelpers,
): Tokens {
  const claims = answer.claims()
  if (answer.id_token === undefined || claims === undefined) {
    throw new Failure('badAnswer', `${issuer} does not say who you are.`, {
      why: ['its answer has no ID token'],
      todo: ['Allow the scope "openid" for this client at the provider.'],
    })
  }
  return { idToken: answer.id_token, claims, refreshToken: answer.refresh_token }
}
