import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { quote } from '../quote.ts'
import type { RequestContext } from '../request-context.ts'
import type { PolicyVersion } from '../variables.ts'

/**
 * Does one value of the request answer to one value of the policy? Always the positive question: turning it round for
 * `…Not…` operators is done in one place, `condition.ts`. A value of the request that cannot be read (not a number,
 * not an address) answers to nothing.
 */
export type Comparison = (found: string, context: RequestContext) => boolean

/** Reads one value of the policy; throws MalformedPolicyDocument when the family cannot take it. */
export type CompileWanted = (wanted: string, version: PolicyVersion) => Comparison

/** AWS's text for values it cannot read, and behind it what would be right. */
export function unreadable(wanted: string, expected: string) {
  return malformedPolicyDocument(
    `The policy failed legacy parsing. The condition value ${quote(wanted)} is not ${expected}.`,
  )
}
