// STS: web identities and sessions.

import { ServiceException, refuse } from './service-exception.ts'

/** For a token that proves nothing here: `detail` says why. */
export const invalidIdentityToken = (detail: string) => refuse('InvalidIdentityToken', 400, detail)

/** The same code as for expired credentials on the wire; apart here, since Query has two names for the two. */
export const expiredWebIdentityToken = (now: number, expiresAt: number) =>
  refuse(
    'ExpiredWebIdentityTokenException',
    400,
    `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${expiresAt}`,
  )

/** The provider does not answer as it should. Ask again. `recorded`: what the caller, a stranger as yet, is not told. */
export const idpCommunicationError = (message: string, recorded: string) =>
  new ServiceException({ code: 'IDPCommunicationError', status: 400, message, recorded })

/** The provider vouches for something that cannot be. */
export const idpRejectedClaim = (detail: string) => refuse('IDPRejectedClaim', 403, detail)

/** STS: session policies or session tags that do not fit into a session. */
export const packedPolicyTooLarge = (detail: string) => refuse('PackedPolicyTooLarge', 400, detail)
