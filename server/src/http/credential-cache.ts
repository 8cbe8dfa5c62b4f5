import type { Realm } from '@fleetkey/domain/realm'
import type { Envelope } from '../secrets/envelope.ts'
import type { Store } from '../store/store.ts'
import { openCredential, weightOf, type OpenedCredential } from './opened-credential.ts'

/** In weights (opened-credential.ts): so many keys, or fewer sessions that each have much of their own. */
const MAX_CACHED = 10_000

/** What a key id stands for now; undefined when nobody has it. */
export type CredentialOf = (accessKeyId: string) => Promise<OpenedCredential | undefined>

/** Nothing cached outlives a change of any right: withdrawing one and returning means that no later request has it. */
export function createCredentialCache(parts: {
  readonly store: {
    readonly identities: Pick<Store['identities'], 'credential'>
    securityVersion(): Promise<number>
  }
  readonly envelope: Envelope
  readonly realm: Realm
}): CredentialOf {
  const { store, envelope, realm } = parts
  let cache = new Map<string, OpenedCredential>()
  let cachedVersion = -1
  let weight = 0

  return async (accessKeyId) => {
    const version = await store.securityVersion()
    if (version !== cachedVersion || weight > MAX_CACHED) {
      cache = new Map()
      weight = 0
      cachedVersion = version
    }
    const cached = cache.get(accessKeyId)
    if (cached !== undefined) return cached
    const intoCache = cache
    const found = await store.identities.credential(accessKeyId)
    if (found === undefined) return undefined
    const fresh = openCredential(found, { envelope, realm })
    // Into the generation that it was read for: if that was dropped meanwhile, so is this.
    intoCache.set(accessKeyId, fresh)
    weight += weightOf(found)
    return fresh
  }
}
