// Us: what the caller did not bring about.

import { refuse, ServiceException } from './service-exception.ts'

/** @param retryAfterSeconds where it is known when it makes sense to come back */
export const throttling = (retryAfterSeconds?: number) =>
  new ServiceException({
    code: 'ThrottlingException',
    status: 400,
    message:
      retryAfterSeconds === undefined
        ? 'Too many requests. Wait a moment and retry.'
        : `Too many tries. Wait ${waitWords(retryAfterSeconds)} and try again.`,
    retryAfterSeconds,
  })

const waitWords = (seconds: number): string =>
  seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`

/** Nothing about the cause: that is in the server's log under the request id. */
export const internalFailure = (requestId: string) =>
  refuse(
    'ServiceException',
    500,
    `An internal error stopped this request; nothing was let through. The server's log has the cause under request id ${requestId}.`,
  )

/** Nobody may do what cannot be recorded. It comes back by itself with the disk. */
export const trailUnavailable = (requestId: string) =>
  refuse(
    'ServiceUnavailableException',
    503,
    `The audit trail cannot be written now, so nothing is let through. Try again in some seconds; if it lasts, tell the operator: the server's log has the cause (disk full, read-only, gone or slow) under request id ${requestId}.`,
  )

/** Of pages that want in at once. It is over in seconds, and they come again by themselves. */
export const tooManyPages = () =>
  refuse(
    'ServiceUnavailableException',
    503,
    'More of your pages want to be let in at once than may wait. Try again in some seconds; if it lasts, close some of them.',
  )

/** The act has begun and what came of it could not be recorded. */
export const outcomeUnknown = (requestId: string) =>
  refuse(
    'ServiceException',
    500,
    `An internal error stopped this request after it had begun: it may or may not have happened. The server's log has the cause under request id ${requestId}.`,
  )
