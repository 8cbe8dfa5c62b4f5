// Who is asking.

import { refuse } from './service-exception.ts'

export const missingAuthenticationToken = () =>
  refuse('MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token')

export const incompleteSignature = (detail: string) =>
  refuse('IncompleteSignatureException', 400, detail)

export const invalidSignature = (detail: string) => refuse('InvalidSignatureException', 400, detail)

/** The same code as for a wrong signature in JSON, IAM and STS; apart here, since EC2 has two names for the two. */
export const untimelySignature = (detail: string) =>
  refuse('UntimelySignatureException', 400, detail)

/** One answer for an unknown key, an inactive key and a wrong session token, so that none can be told apart. */
export const unrecognizedClient = () =>
  refuse(
    'UnrecognizedClientException',
    400,
    'The security token included in the request is invalid.',
  )

export const expiredToken = () =>
  refuse('ExpiredTokenException', 400, 'The security token included in the request is expired')

/** By a cookie, or to get one: only pages of the console may (security.md T24). */
export const notFromConsole = (why: string) =>
  refuse(
    'CrossSiteRequestException',
    403,
    `This request does not come from a page of the console: ${why}`,
  )
