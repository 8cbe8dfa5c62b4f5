import type { Provider } from '../../api/provider-sign-in.ts'

/** What people know providers by: the host, and more of it only where that is not enough. */
export function providerLabels(providers: readonly Provider[]): readonly string[] {
  const host = ({ issuer }: Provider) => new URL(issuer).host
  const path = ({ issuer }: Provider) => issuer.replace(/^https?:\/\//, '')
  const client = (provider: Provider) => `${path(provider)} (${provider.clientId})`
  const isAlone = (of: (provider: Provider) => string, provider: Provider) =>
    providers.filter((other) => of(other) === of(provider)).length === 1
  return providers.map((provider) => {
    const enough = [host, path].find((of) => isAlone(of, provider)) ?? client
    return enough(provider)
  })
}

/** Of a provider that has a client for browsers that one; a public one beside it is for programs. */
export function providersToOffer(providers: readonly Provider[]): readonly Provider[] {
  const forBrowsers = new Set(providers.filter((one) => one.hasSecret).map(({ issuer }) => issuer))
  return providers.filter(({ issuer, hasSecret }) => hasSecret === true || !forBrowsers.has(issuer))
}
