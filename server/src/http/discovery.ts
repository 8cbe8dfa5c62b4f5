import type { Realm } from '@fleetkey/domain/realm'
import type { SignInClient } from '../oidc/authorization-code.ts'
import type { IdentityStore } from '../store/identity-store.ts'

/** What a client must know before it can sign in anywhere: `GET /.well-known/fleetkey`. Everybody may ask; none of it is a secret. */
export interface Discovery {
  readonly region: string
  readonly partition: string
  /** Every client id of every OIDC provider, in the order in which they were registered. */
  readonly providers: readonly {
    readonly issuer: string
    readonly clientId: string
    /** This server shows a secret for it: of use in browsers, by way of it, and to no program. */
    readonly hasSecret?: true
  }[]
  /** Whether somebody can sign in with a password. */
  readonly password: boolean
}

/** So long may clients keep the answer; in seconds. */
export const DISCOVERY_MAX_AGE = 60

/** Anybody may ask, so it is put together only when something has changed. */
export function createDiscovery(parts: {
  readonly realm: Realm
  readonly hasSecret: (client: SignInClient) => boolean
  readonly store: {
    securityVersion(): Promise<number>
    readonly identities: {
      readonly providers: Pick<IdentityStore['providers'], 'list'>
      readonly passwords: Pick<IdentityStore['passwords'], 'isAnySet'>
    }
  }
}): () => Promise<Discovery> {
  const { realm, hasSecret, store } = parts
  let kept: { readonly version: number; readonly answer: Discovery } | undefined

  async function ask(): Promise<Discovery> {
    const { providers, passwords } = store.identities
    const [registered, password] = await Promise.all([providers.list(), passwords.isAnySet()])
    return {
      region: realm.region,
      partition: realm.partition,
      providers: registered
        .toSorted((a, b) => a.createdAt - b.createdAt)
        .flatMap(({ url: issuer, clientIds }) =>
          clientIds.map((clientId) => ({ issuer, clientId })),
        )
        .map((client) => (hasSecret(client) ? { ...client, hasSecret: true } : client)),
      password,
    }
  }

  return async () => {
    const version = await store.securityVersion()
    if (kept?.version !== version) kept = { version, answer: await ask() }
    return kept.answer
  }
}
