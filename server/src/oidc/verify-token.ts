import { expiredWebIdentityToken, invalidIdentityToken } from '@fleetkey/domain/exceptions/sts'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyResult } from 'jose'
import type { EntityStore, ProviderRow, ProviderStore } from '../store/identity-store.ts'
import { providerName } from './issuer-url.ts'
import type { ProviderKeys } from './provider-keys.ts'
import type { WebIdentities } from './web-identity.ts'

/** Only what a private key signs: never `none`, and no HMAC, for which anybody could use the public key as the secret (RFC 8725, 3.1). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']
const CLOCK_TOLERANCE_S = 60
/** After a colon. */
const MEND_CLOCKS =
  'the clock of its provider or of this server is wrong. Whoever keeps it sets it (NTP).'
const MAX_SUBJECT = 255
const MAX_DISPLAY_NAME = 256

/** Whom a token of an OIDC provider vouches for (OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725). */
export function createWebIdentities(parts: {
  readonly entities: Pick<EntityStore, 'find'>
  readonly providers: Pick<ProviderStore, 'get'>
  readonly keys: ProviderKeys
  readonly now: () => number
}): WebIdentities {
  const { entities, providers, keys, now } = parts

  /** By the exact issuer: a token of one provider is never checked against the keys of another (mix-up). */
  async function providerOf(issuer: string): Promise<ProviderRow> {
    const entity = await entities.find('provider', providerName(issuer))
    const provider = entity && (await providers.get(entity.id))
    if (provider?.url === issuer) return provider
    throw invalidIdentityToken(
      `No OpenIDConnect provider found in your account for ${printable(issuer, 255)}`,
    )
  }

  async function verified(token: string, provider: ProviderRow): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, keys.of(provider.url), {
        algorithms: ALGORITHMS,
        issuer: provider.url,
        requiredClaims: ['sub', 'aud', 'exp', 'iat'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(now()),
      })
    } catch (error) {
      throw refusalOf(error, now())
    }
  }

  return {
    async verify(token) {
      const provider = await providerOf(issuerOf(token))
      const { payload, protectedHeader } = await verified(token, provider)
      refuseOtherTypes(payload, protectedHeader.typ)
      if ((payload.iat ?? Infinity) > now() / 1000 + CLOCK_TOLERANCE_S) {
        throw invalidIdentityToken(`The token was issued in the future: ${MEND_CLOCKS}`)
      }
      const { sub: subject } = payload
      if (typeof subject !== 'string' || subject === '' || subject.length > MAX_SUBJECT) {
        throw invalidIdentityToken('The token names no subject')
      }
      const audience = audienceOf(payload, provider.clientIds)
      return { provider, subject, audience, displayName: displayNameOf(payload), claims: payload }
    },
  }
}

/** Not proven yet: it only says which provider would have to vouch. */
function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token)
    if (typeof iss === 'string') return iss
  } catch {
    // Said below, in the words for all that is no token.
  }
  throw invalidIdentityToken(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  )
}

/** One provider signs many kinds of tokens with one key; one for another purpose is no proof for us (RFC 8725, 3.11). */
function refuseOtherTypes({ typ, token_use: use, events }: JWTPayload, header: unknown): void {
  const isJwt =
    header === undefined || (typeof header === 'string' && /^(application\/)?jwt$/i.test(header))
  // Keycloak and Cognito say in the payload what it is; a logout token has events (OpenID Connect Back-Channel Logout 1.0, 2.4).
  const isOther = ['Bearer', 'Refresh', 'Offline', 'Logout'].includes(String(typ))
  if (isJwt && !isOther && use !== 'access' && events === undefined) return
  throw invalidIdentityToken(
    'The token is no ID token. (You may see this error if you sent an Access Token)',
  )
}

/** Made for one of our client ids; of several audiences, the one that it was issued to (`azp`) must be it. */
function audienceOf({ aud, azp }: JWTPayload, clientIds: readonly string[]): string {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const audience = audiences.length === 1 ? audiences[0] : azp
  if (
    typeof audience === 'string' &&
    audiences.includes(audience) &&
    clientIds.includes(audience)
  ) {
    return audience
  }
  throw invalidIdentityToken('Incorrect token audience')
}

function displayNameOf(claims: JWTPayload): string | undefined {
  const { email, preferred_username: userName, name } = claims
  for (const claim of [email, userName, name]) {
    if (typeof claim === 'string' && claim !== '') return printable(claim, MAX_DISPLAY_NAME)
  }
  return undefined
}

function refusalOf(error: unknown, now: number): unknown {
  if (error instanceof ServiceException) return error
  if (error instanceof errors.JWTExpired) {
    return expiredWebIdentityToken(now, Number(error.payload.exp))
  }
  if (!(error instanceof errors.JOSEError)) return error
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') {
      return invalidIdentityToken(`The token is not good yet: ${MEND_CLOCKS}`)
    }
    return invalidIdentityToken(`The claim ${error.claim} of the token is not right`)
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return invalidIdentityToken(`The token is signed with none of ${ALGORITHMS.join(', ')}`)
  }
  return invalidIdentityToken("The token's signature is not of its identity provider")
}

/** Text from outside, for people: no control characters, no direction marks, not endless. */
function printable(text: string, max: number): string {
  return text.slice(0, max).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}
