import { initiateDeviceAuthorization, pollDeviceAuthorizationGrant } from 'openid-client'
import { unexpected } from '../api/answer.ts'
import { Failure } from '../failure.ts'
import { askProvider } from './provider-failure.ts'
import type { Provider } from './provider.ts'
import { tokensFrom, type Tokens } from './tokens.ts'

/** What the person needs to go on in another browser. */
export interface DeviceCode {
  readonly code: string
  /** Where to type it. */
  readonly url: string
  /** The same with the code in it, where the provider has that. */
  readonly completeUrl: string | undefined
  readonly expiresInSeconds: number
}

export function supportsDevices({ configuration }: Provider): boolean {
  return configuration.serverMetadata().device_authorization_endpoint !== undefined
}

/**
 * Device authorization (RFC 8628): the person signs in with any browser anywhere, we ask until they have, as often as the provider
 * wants to be asked. Ends when the code does.
 */
export async function signInByDevice(
  provider: Provider,
  options: { readonly show: (code: DeviceCode) => void; readonly signal: AbortSignal },
): Promise<Tokens> {
  const { issuer, configuration, scope } = provider
  if (!supportsDevices(provider)) {
    throw new Failure('configuration', `${issuer} knows no sign-in by code.`, {
      todo: ['Log in with a browser: fleetkey login --no-browser prints the address'],
    })
  }
  const started = await askProvider(issuer, () =>
    initiateDeviceAuthorization(configuration, { scope }),
  )
  options.show({
    code: started.user_code,
    url: webAddress(started.verification_uri),
    completeUrl:
      started.verification_uri_complete === undefined
        ? undefined
        : webAddress(started.verification_uri_complete),
    expiresInSeconds: started.expires_in,
  })
  const late = AbortSignal.timeout(started.expires_in * 1000)
  const signal = AbortSignal.any([options.signal, late])
  return askProvider(issuer, async () => {
    try {
      const polling = pollDeviceAuthorizationGrant(configuration, started, undefined, { signal })
      return tokensFrom(issuer, await polling)
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason
      if (!late.aborted) throw error
      throw new Failure('cancelled', 'The code was not confirmed in time.', {
        todo: ['Try again: fleetkey login --device'],
      })
    }
  })
}

function webAddress(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href
  throw unexpected('verification_uri is not an address')
}
