import { idpCommunicationError } from '@fleetkey/domain/exceptions/sts'
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { fetchJson } from './fetch-json.ts'
import { isProtected } from './issuer-url.ts'

/** So long, at most, does a key that the provider has withdrawn still count. */
const MAX_AGE_MS = 10 * 60_000
/** Between two looks for a key that is not known: whoever sends made-up key ids must not make us call the provider each time. */
const COOLDOWN_MS = 30_000
/** Before a provider that failed is called again. */
const RETRY_MS = 5_000
/** Only of registered issuers; those that are none any more are dropped with the rest. */
const MAX_ISSUERS = 1_000

/** The signing keys of OIDC providers, by issuer, fetched when they are needed. */
export interface ProviderKeys {
  /** Finds the key of a token. Rejects with IDPCommunicationError when the provider cannot be asked, with a JOSEError when it has no such key. */
  of(issuer: string): JWTVerifyGetKey
}

interface Fetched {
  readonly find: JWTVerifyGetKey
  readonly at: number
}

interface Known {
  fetched?: Fetched
  failed?: { readonly error: Error; readonly at: number }
  /** One call for all who wait. */
  fetching?: Promise<Fetched>
}

/** OpenID Connect Discovery 1.0, section 4: the document says where the keys are, and must name the very issuer. */
const discovery = z.object({ issuer: z.string(), jwks_uri: z.string().max(2048) })
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) })

export function createProviderKeys(parts: {
  readonly now: () => number
  /** Tests count calls here. */
  readonly fetch?: (url: URL) => Promise<unknown>
}): ProviderKeys {
  const { now, fetch = fetchJson } = parts
  const issuers = new Map<string, Known>()

  function knownOf(issuer: string): Known {
    const known = issuers.get(issuer)
    if (known !== undefined) return known
    if (issuers.size >= MAX_ISSUERS) issuers.clear()
    const fresh: Known = {}
    issuers.set(issuer, fresh)
    return fresh
  }

  async function load(issuer: string): Promise<Fetched> {
    const described = discovery.parse(await fetch(discoveryUrl(issuer)))
    if (described.issuer !== issuer) throw new Error('its discovery document names another issuer')
    const keysUrl = URL.parse(described.jwks_uri)
    if (keysUrl === null || !mayServe(keysUrl, issuer)) {
      throw new Error('its jwks_uri is no https URL')
    }
    const keys = keySet.parse(await fetch(keysUrl))
    return { find: createLocalJWKSet(keys), at: now() }
  }

  async function refresh(issuer: string, known: Known): Promise<Fetched> {
    const { failed } = known
    if (failed !== undefined && now() < failed.at + RETRY_MS) throw failed.error
    known.fetching ??= load(issuer)
      .catch((cause: unknown) => {
        const error = idpCommunicationError(
          `The identity provider ${issuer} cannot be asked for its keys: ${reason(cause)}. Try again; if it stays so, whoever keeps it looks at its log.`,
          describe(cause),
        )
        known.failed = { error, at: now() }
        throw error
      })
      .finally(() => {
        delete known.fetching
      })
    known.fetched = await known.fetching
    return known.fetched
  }

  return {
    of: (issuer) => async (header, token) => {
      const known = knownOf(issuer)
      const { fetched } = known
      const current =
        fetched !== undefined && now() < fetched.at + MAX_AGE_MS
          ? fetched
          : await refresh(issuer, known)
      try {
        return await current.find(header, token)
      } catch (error) {
        const isRotated = error instanceof errors.JWKSNoMatchingKey
        if (!isRotated || now() < current.at + COOLDOWN_MS) throw error
        return await (await refresh(issuer, known)).find(header, token)
      }
    },
  }
}

/** Section 4.1: a slash at the end of the issuer is taken away before the path is put behind it. */
function discoveryUrl(issuer: string): URL {
  return new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
}

/** A provider behind TLS does not send us to plain HTTP on our own machine. */
function mayServe(url: URL, issuer: string): boolean {
  return url.protocol === 'https:' || (isProtected(url) && issuer.startsWith('http:'))
}

function reason(cause: unknown): string {
  if (cause instanceof z.ZodError) return 'its answer is not what OpenID Connect asks for'
  if (cause instanceof SyntaxError) return 'its answer is not JSON'
  if (!(cause instanceof Error)) return 'it failed'
  if (cause.name === 'TimeoutError') return 'it does not answer in time'
  // Of fetch: "fetch failed", with what happened underneath. That names addresses and certificates of a network that may be ours: whoever
  // sends a token, valid or not, gets its code, and the trail has the text.
  return cause.cause instanceof Error ? codeOf(cause.cause) : cause.message
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'it cannot be reached'
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}
