import { setTimeout as sleep } from 'node:timers/promises'
import { genericGrantRequest, initiateDeviceAuthorization } from 'openid-client'
import { unexpected } from '../api/answer.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { askProvider, ProviderRefusal } from './provider-failure.ts'
import type { Provider } from './provider.ts'
import { tokensFrom, type Tokens } from './tokens.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'

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
  options: {
    readonly show: (code: DeviceCode) => void
    readonly signal: AbortSignal
    /** For tests: waits that many milliseconds. */
    readonly pause?: typeof pause
  },
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
  return waitForPerson(provider, { ...started, pause, ...options })
}

/** Seconds between two questions unless the provider says otherwise, and seconds more when it finds that too often (§3.5). */
const INTERVAL = 5

/**
 * Our own waiting: that of openid-client notices an end only when its pause is over, and keeps the process until then.
 */
async function waitForPerson(
  provider: Provider,
  device: {
    readonly device_code: string
    readonly expires_in: number
    readonly interval?: number
    readonly signal: AbortSignal
    readonly pause: typeof pause
  },
): Promise<Tokens> {
  const { issuer, configuration } = provider
  const deadline = performance.now() + device.expires_in * 1000
  const parameters = { device_code: device.device_code }
  let interval = device.interval ?? INTERVAL
  for (;;) {
    await device.pause(interval * 1000, device.signal)
    if (performance.now() > deadline) throw tooLate()
    try {
      return await askProvider(issuer, async () =>
        tokensFrom(issuer, await genericGrantRequest(configuration, GRANT_TYPE, parameters)),
      )
    } catch (error) {
      interval = nextInterval(error, interval)
    }
  }
}

/** Throws what is not to be waited for. */
function nextInterval(error: unknown, interval: number): number {
  if (error instanceof ProviderRefusal) {
    switch (error.code) {
      case 'authorization_pending':
        return interval
      case 'slow_down':
        return interval + INTERVAL
      case 'expired_token':
        throw tooLate()
    }
  }
  // A network that is away for a moment; asked half as often from then on (§3.5).
  if (error instanceof Failure && error.exitCode === EXIT_CODES.cannotConnect) return interval * 2
  throw error
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}

function tooLate(): Failure {
  return new Failure('cancelled', 'The code was not confirmed in time.', {
    todo: ['Try again: fleetkey login --device'],
  })
}

function webAddress(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href
  throw unexpected('verification_uri is not an address')
}
