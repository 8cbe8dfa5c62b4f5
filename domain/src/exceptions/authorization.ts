// May they.

import { ServiceException } from './service-exception.ts'

export const accessDenied = (message: string, explanation: string) =>
  new ServiceException({ code: 'AccessDeniedException', status: 400, message, explanation })

/**
 * A role that does not trust the caller. AWS says no more, and so do we: who is not trusted does not learn whether the role exists or what
 * its trust policy asks for. The trail has `recorded`, the whole explanation.
 */
export const roleNotTrusting = (
  asked: { principal: string; action: string; arn: string },
  recorded: string,
) =>
  new ServiceException({
    code: 'AccessDeniedException',
    status: 400,
    message: `User: ${asked.principal} is not authorized to perform: ${asked.action} on resource: ${asked.arn}`,
    explanation:
      'There is no such role, or its trust policy does not allow this caller with this request. Least change: let somebody who may read the trail look up this request there; it says what the trust policy asks for.',
    recorded,
  })
