import { randomUUID } from 'node:crypto'
import {
  expiredToken,
  notFromConsole,
  unrecognizedClient,
} from '@fleetkey/domain/exceptions/authentication'
import { equalInConstantTime } from '@fleetkey/wire/aws/constant-time'
import { tokenMatches } from '../../identities/session-token.ts'
import type { Caller } from '../../operations/caller.ts'
import type { Browser } from '../../operations/operation.ts'
import type { CredentialOf } from '../credential-cache.ts'
import type { SessionUses } from './session-uses.ts'

/**
 * Who a request of a page is of: what the cookie stands for, as an access key stands for somebody. Throws CrossSiteRequest for any page that
 * is not the console's, UnrecognizedClient, ExpiredToken. Whoever asks for more than who they are shows the CSRF token too.
 */
export type AuthenticateCookie = (browser: Browser) => Promise<Caller>

export function createAuthenticateCookie(parts: {
  readonly credentialOf: CredentialOf
  readonly uses: Pick<SessionUses, 'isIdle'>
  readonly now: () => number
}): AuthenticateCookie {
  const { credentialOf, uses, now } = parts
  return async ({ foreign, session: shown }) => {
    if (foreign !== undefined) throw notFromConsole(foreign)
    if (shown === undefined) throw unrecognizedClient()
    const credential = await credentialOf(shown.accessKeyId)
    const isTheirs = tokenMatches(shown.sessionToken, credential?.tokenHash)
    // What signs requests opens nothing as a cookie, nor the other way round: authenticate.ts.
    if (credential?.session?.console === undefined || !isTheirs) throw unrecognizedClient()
    const { principal, policies, context, session } = credential
    if (session.expiresAt <= now()) throw expiredToken()
    if (await uses.isIdle(shown.accessKeyId, session)) throw expiredToken()
    return {
      principal,
      accessKeyId: shown.accessKeyId,
      // It is good for all: what is asked for says for which.
      service: '',
      signature: randomUUID(),
      policies,
      context,
      session,
    }
  }
}

/** Only what read an answer of ours has it, and no other site does (security.md T24). Throws CrossSiteRequest. */
export function requireCsrfToken({ session }: Caller, shown: string | undefined): void {
  const right = session?.console?.csrfToken
  if (right !== undefined && equalInConstantTime(Buffer.from(shown ?? ''), Buffer.from(right)))
    return
  throw notFromConsole(
    'X-Fleetkey-Csrf is not the token of this session. Load the page again: somebody may have signed in meanwhile in another tab.',
  )
}
