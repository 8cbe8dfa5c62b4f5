import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { AnyOperation } from '../operations/operation.ts'
import { StoreUnavailable } from '../store/store.ts'
import type { Outcome } from '../trail/trail.ts'

/** CloudTrail's spelling: `AccessDenied` without `Exception`, anything unexpected as an internal failure. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof StoreUnavailable) return { errorCode: 'ServiceUnavailable' }
  if (!(error instanceof ServiceException)) return { errorCode: 'InternalFailure' }
  return {
    errorCode: error.code === 'AccessDeniedException' ? 'AccessDenied' : error.code,
    errorMessage: error.message,
    ...(error.recorded === undefined ? {} : { explanation: error.recorded }),
  }
}

/** What the trail shows of an answer: nothing of one that has a secret. */
export function shownAnswer(operation: AnyOperation, output: object) {
  if (operation.trailAnswer !== undefined) return operation.trailAnswer(output as never)
  return operation.answersSecret ? null : lowerFirst(output)
}

/** CloudTrail names members in lower camel case. */
function lowerFirst(output: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      value,
    ]),
  )
}
