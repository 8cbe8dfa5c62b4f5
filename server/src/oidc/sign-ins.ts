import { randomBytes } from 'node:crypto'

/** How long somebody may take at their provider, and then to choose a role. */
export const SIGN_IN_LASTS_MS = 5 * 60_000

/** Of all people together. Each holds a token, 20 KB at most. */
const MAX_SIGN_INS = 1000

/** A sign-in at a provider, from a browser that went there until it comes back. */
export type ProviderSignIn =
  | BegunSignIn
  | { readonly kind: 'arrived'; readonly token: string }
  | {
      readonly kind: 'failed'
      readonly issuer: string
      readonly why: string
      readonly redirectUri: string
    }

export interface BegunSignIn {
  readonly kind: 'begun'
  readonly issuer: string
  readonly clientId: string
  /** Where the provider sends the browser back to: what was registered there. */
  readonly redirectUri: string
  /** What comes back with the browser (RFC 6749 §10.12). */
  readonly state: string
  /** What comes back in the token (OpenID Connect Core §3.1.2.1). */
  readonly nonce: string
  /** What shows that the code is ours (RFC 7636). */
  readonly verifier: string
}

/** Kept in memory: a restart within the five minutes means to begin again. */
export interface ProviderSignIns {
  /** The id that the browser shows. Undefined when there are too many. */
  keep(signIn: ProviderSignIn): string | undefined
  find(id: string): ProviderSignIn | undefined
  /** It is gone then: each goes on once. */
  take(id: string): ProviderSignIn | undefined
}

export function createProviderSignIns(now: () => number): ProviderSignIns {
  const all = new Map<string, { readonly signIn: ProviderSignIn; readonly until: number }>()

  function find(id: string): ProviderSignIn | undefined {
    const found = all.get(id)
    return found === undefined || found.until <= now() ? undefined : found.signIn
  }

  return {
    keep(signIn) {
      // By age: the first that is not over ends it.
      for (const [id, { until }] of all) {
        if (until > now()) break
        all.delete(id)
      }
      if (all.size >= MAX_SIGN_INS) return undefined
      const id = randomBytes(32).toString('base64url')
      all.set(id, { signIn, until: now() + SIGN_IN_LASTS_MS })
      return id
    },
    find,
    take(id) {
      const found = find(id)
      all.delete(id)
      return found
    },
  }
}
