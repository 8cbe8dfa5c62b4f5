import { isIP } from 'node:net'
import { validationFailure } from '@fleetkey/domain/exceptions/request'

/** The page that asks, as its browser says. */
interface AskingPage {
  readonly origin: string | undefined
  readonly foreign: string | undefined
}

/** For whom authenticators sign: the console at one host name (WebAuthn §4, "Relying Party"). */
export interface RelyingParty {
  /** The host name, exactly: no parent domain, where others may have pages too. */
  readonly id: string
  /** What browsers must say that the page was at. */
  readonly origin: string
}

/**
 * Undefined where browsers have no passkeys: at an address instead of a name, and where no page of ours asks. The origin was compared with
 * `console.origins`, or with where it was asked at, before (http/console/foreign-page.ts).
 */
export function relyingPartyOf(page: AskingPage | undefined): RelyingParty | undefined {
  if (page?.origin === undefined || page.foreign !== undefined) return undefined
  const { origin } = page
  const { hostname, protocol } = new URL(origin)
  // WebAuthn wants a secure context and a domain (§5.1.3 step 8): IP addresses are none.
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return undefined
  if (protocol !== 'https:' && hostname !== 'localhost') return undefined
  return { id: hostname, origin }
}

/** Throws Validation with what to do. */
export function requireRelyingParty({
  browser,
}: {
  readonly browser?: AskingPage | undefined
}): RelyingParty {
  const party = relyingPartyOf(browser)
  if (party !== undefined) return party
  throw validationFailure(
    'Browsers have passkeys only for a host name with a valid certificate, or localhost: open the console by its name, not by an IP address.',
  )
}
