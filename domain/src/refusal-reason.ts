import { isLoginCause } from './login-cause.ts'

/**
 * Why something was refused, in a word to count by: the cause that a host told (login-cause.ts), else the error code; undefined where nothing
 * was refused.
 * @param record JSON text of a TrailEvent
 */
export function refusalReason(record: string): string | undefined {
  const { errorCode, additionalEventData: facts } = JSON.parse(record) as {
    readonly errorCode?: unknown
    readonly additionalEventData?: { readonly cause?: unknown } | null
  }
  if (isLoginCause(facts?.cause)) return facts.cause
  return typeof errorCode === 'string' && errorCode !== '' ? errorCode : undefined
}
