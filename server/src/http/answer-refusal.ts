import { internalFailure, trailUnavailable } from '@fleetkey/domain/exceptions/server'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { StoreUnavailable } from '../store/store.ts'
import type { ApiAnswer } from './api-answer.ts'
import type { Codec } from './codec.ts'

export interface RequestLog {
  info(facts: object, text: string): void
  error(facts: object, text: string): void
}

/** What a request gets that was not done. The cause, where the caller is not told it, goes to the log. */
export function answerRefusal(
  error: unknown,
  to: { readonly codec: Codec; readonly requestId: string; readonly log: RequestLog },
): ApiAnswer {
  const { codec, requestId, log } = to
  const known = refusalOf(error, requestId)
  if (known !== error) log.error({ requestId, error: describe(error) }, 'request failed')
  else log.info({ requestId, code: known.code }, 'refused')
  const answer = { requestId, contentType: codec.contentType, ...codec.refuse(known, requestId) }
  const retryAfterSeconds = error instanceof StoreUnavailable ? 5 : known.retryAfterSeconds
  return retryAfterSeconds === undefined ? answer : { ...answer, retryAfterSeconds }
}

function refusalOf(error: unknown, requestId: string): ServiceException {
  if (error instanceof ServiceException) return error
  if (!(error instanceof StoreUnavailable)) return internalFailure(requestId)
  return trailUnavailable(requestId)
}

/** For the log: with the stack, where there is one. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
