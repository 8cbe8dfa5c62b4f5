import { arnLike } from './arn.ts'
import { binaryEquals } from './binary.ts'
import { bool } from './bool.ts'
import type { CompileWanted } from './comparison.ts'
import {
  dateEquals,
  dateGreaterThan,
  dateGreaterThanEquals,
  dateLessThan,
  dateLessThanEquals,
} from './date.ts'
import { ipAddress } from './ip-address.ts'
import {
  numericEquals,
  numericGreaterThan,
  numericGreaterThanEquals,
  numericLessThan,
  numericLessThanEquals,
} from './numeric.ts'
import { stringEquals, stringEqualsIgnoreCase, stringLike } from './string.ts'

export interface Operator {
  readonly compile: CompileWanted
  /** Holds when no value of the policy is answered to, and when the key is missing. */
  readonly negated: boolean
}

const is = (compile: CompileWanted): Operator => ({ compile, negated: false })
const isNot = (compile: CompileWanted): Operator => ({ compile, negated: true })

/**
 * Every condition operator but Null, which asks for presence and compares nothing (IAM User Guide,
 * reference_policies_elements_condition_operators). What is not in this table is refused when a policy is parsed.
 */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', is(stringEquals)],
  ['StringNotEquals', isNot(stringEquals)],
  ['StringEqualsIgnoreCase', is(stringEqualsIgnoreCase)],
  ['StringNotEqualsIgnoreCase', isNot(stringEqualsIgnoreCase)],
  ['StringLike', is(stringLike)],
  ['StringNotLike', isNot(stringLike)],
  ['NumericEquals', is(numericEquals)],
  ['NumericNotEquals', isNot(numericEquals)],
  ['NumericLessThan', is(numericLessThan)],
  ['NumericLessThanEquals', is(numericLessThanEquals)],
  ['NumericGreaterThan', is(numericGreaterThan)],
  ['NumericGreaterThanEquals', is(numericGreaterThanEquals)],
  ['DateEquals', is(dateEquals)],
  ['DateNotEquals', isNot(dateEquals)],
  ['DateLessThan', is(dateLessThan)],
  ['DateLessThanEquals', is(dateLessThanEquals)],
  ['DateGreaterThan', is(dateGreaterThan)],
  ['DateGreaterThanEquals', is(dateGreaterThanEquals)],
  ['Bool', is(bool)],
  ['BinaryEquals', is(binaryEquals)],
  ['IpAddress', is(ipAddress)],
  ['NotIpAddress', isNot(ipAddress)],
  ['ArnEquals', is(arnLike)],
  ['ArnLike', is(arnLike)],
  ['ArnNotEquals', isNot(arnLike)],
  ['ArnNotLike', isNot(arnLike)],
])
