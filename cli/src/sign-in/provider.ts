import {
  allowInsecureRequests,
  discovery,
  enableNonRepudiationChecks,
  None,
  type Configuration,
} from 'openid-client'
import { isLoopback } from '../config/loopback.ts'
import { Failure } from '../failure.ts'
import { askProvider } from './provider-failure.ts'
import { trustAlso } from './trust-also.ts'

const TIMEOUT_SECONDS = 15

/** All that may be of use. Some providers refuse what they do not know, so they are asked for what they say they have. */
const SCOPES = ['openid', 'profile', 'email', 'groups', 'offline_access']
/** For those that do not say: OpenID Connect Core has all of these. */
const STANDARD_SCOPES = ['openid', 'profile', 'email', 'offline_access']

/** An OpenID provider that told about itself. */
export interface Provider {
  readonly issuer: string
  readonly clientId: string
  readonly configuration: Configuration
  /** What to ask for, separated by blanks. */
  readonly scope: string
}

/**
 * Asks the provider about itself (OpenID Connect Discovery). We are a public client: no secret of a program that everyone has is one.
 * @param caFile an authority to trust besides those that Node and the system carry
 */
export async function openProvider(
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
  caFile?: string,
): Promise<Provider> {
  const url = parseIssuer(issuer)
  if (url.protocol === 'https:') trustAlso(caFile)
  const configuration = await askProvider(issuer, () =>
    discovery(url, clientId, undefined, None(), {
      timeout: TIMEOUT_SECONDS,
      execute: [
        enableNonRepudiationChecks,
        // To this machine only, as parseIssuer saw to.
        ...(url.protocol === 'http:' ? [allowInsecureRequests] : []),
      ],
    }),
  )
  const known = configuration.serverMetadata().scopes_supported
  const scopes = known ? SCOPES.filter((each) => known.includes(each)) : STANDARD_SCOPES
  return { issuer, clientId, configuration, scope: scopes.join(' ') }
}

/** A provider's name is also its address. */
function parseIssuer(text: string): URL {
  const url = URL.parse(text)
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (url && isSafe && !url.username && !url.password && !url.search && !url.hash) return url
  throw new Failure('configuration', `${named(text)} is not the address of a sign-in provider.`, {
    why: ['it must begin with https:// and have no user, ? or #'],
    todo: ['Name one of those that the server knows: fleetkey login --issuer URL'],
  })
}

/** Not with a password in it. */
function named(text: string): string {
  return text.includes('@') ? 'That' : `"${text}"`
}
