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
  /** The id that the browser shows. When all places are taken, the oldest of whoever has most of them gives up its own. */
  keep(signIn: ProviderSignIn, from: Sender): string
  find(id: string): ProviderSignIn | undefined
  /** It is gone then: each goes on once. */
  take(id: string): ProviderSignIn | undefined
}

/** Who takes a place: anybody may begin a sign-in, so that nothing else is known of them. */
export interface Sender {
  /** What one party has, e.g. `192.0.2.0/24`. */
  readonly network: string
  /** The machine within it. */
  readonly machine: string
}

interface Place {
  readonly id: string
  readonly signIn: ProviderSignIn
  readonly from: Sender
  readonly until: number
}

export function createProviderSignIns(now: () => number): ProviderSignIns {
  /** By age. */
  const all = new Map<string, Place>()

  function find(id: string): ProviderSignIn | undefined {
    const found = all.get(id)
    return found === undefined || found.until <= now() ? undefined : found.signIn
  }

  return {
    keep(signIn, from) {
      // The first that is not over ends it.
      for (const [id, { until }] of all) {
        if (until > now()) break
        all.delete(id)
      }
      const id = randomBytes(32).toString('base64url')
      all.set(id, { id, signIn, from, until: now() + SIGN_IN_LASTS_MS })
      if (all.size > MAX_SIGN_INS) all.delete(toGiveUp([...all.values()]))
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

/** A fair share: whoever fills all places, and be it from many addresses of one network, takes them from nobody but themselves. */
function toGiveUp(places: readonly Place[]): string {
  const ofNetwork = most(places, ({ from }) => from.network)
  const [oldest] = most(ofNetwork, ({ from }) => from.machine)
  return oldest?.id ?? ''
}

/** Of those that share a key, the most; in their order. */
function most(places: readonly Place[], keyOf: (place: Place) => string): readonly Place[] {
  let largest: readonly Place[] = []
  for (const group of Map.groupBy(places, keyOf).values()) {
    if (group.length > largest.length) largest = group
  }
  return largest
}
