import { malformedPolicyDocument } from '@fleetkey/domain/exceptions/iam'
import { quote } from '../quote.ts'
import { lookUp, type ContextValue, type RequestContext } from '../request-context.ts'
import { parseTemplate, variablesOf, type PolicyVersion } from '../variables.ts'
import { unreadable, type Comparison } from './comparison.ts'
import { operators } from './operators.ts'

/** One operator with one key of a Condition block; a statement applies when all of its conditions hold. */
export interface Condition {
  /** As written, e.g. `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string
  /** As written, e.g. `aws:ResourceTag/env`. */
  readonly key: string
  /** As written. */
  readonly wanted: readonly string[]
  /** The key and what the variables in `wanted` ask for, in lower case; the key comes first. */
  readonly keys: readonly [string, ...string[]]
  /** True for `…Not…` operators: the request must have none of `wanted`. */
  readonly negated: boolean
  readonly test: Test
}

/** `found` is what the request has under the key, undefined when it has no such key. */
type Test = (found: ContextValue | undefined, context: RequestContext) => boolean

export interface WrittenCondition {
  readonly operator: string
  readonly key: string
  readonly wanted: readonly string[]
}

/** Throws MalformedPolicyDocument for an operator that is not known and for values that it cannot take. */
export function compileCondition(written: WrittenCondition, version: PolicyVersion): Condition {
  const { quantifier, name, ifExists } = parseOperator(written.operator)
  const key = written.key.toLowerCase()
  if (name === 'Null' && !ifExists) {
    const test = presenceTest(written.wanted, quantifier)
    return { ...written, keys: [key], negated: false, test }
  }
  const operator = operators.get(name)
  if (operator === undefined) {
    throw malformedPolicyDocument(
      `Syntax errors in policy. The condition operator ${quote(written.operator)} is not known.`,
    )
  }
  const { negated } = operator
  const comparisons = written.wanted.map((wanted) => operator.compile(wanted, version))
  const variables = written.wanted.flatMap((wanted) => variablesIn(wanted, version))
  const present = comparisonTest(comparisons, { negated, quantifier })
  // Missing keys: negated operators hold, and so does ForAllValues; ForAnyValue and positive ones do not.
  const missing = ifExists || quantifier === 'ForAllValues' || (negated && quantifier === undefined)
  const test: Test = (found, context) => (found === undefined ? missing : present(found, context))
  return { ...written, keys: [key, ...variables], negated, test }
}

export function conditionHolds(condition: Condition, context: RequestContext): boolean {
  return condition.test(lookUp(context, condition.keys[0]), context)
}

/** Is there such an operator, with its prefix and suffix? */
export function knowsOperator(operator: string): boolean {
  const { name, ifExists } = parseOperator(operator)
  return operators.has(name) || (name === 'Null' && !ifExists)
}

/** What the request has under the key of a condition. */
export function foundBy({ keys }: Condition, context: RequestContext): ContextValue | undefined {
  return lookUp(context, keys[0])
}

function variablesIn(wanted: string, version: PolicyVersion): readonly string[] {
  return variablesOf(parseTemplate(wanted, { version, wildcards: 'literal' }))
}

type Quantifier = 'ForAllValues' | 'ForAnyValue' | undefined

/** The parts of an operator as it is written: `ForAnyValue:` `StringLike` `IfExists`. */
export interface OperatorName {
  readonly quantifier: Quantifier
  readonly name: string
  readonly ifExists: boolean
}

export function parseOperator(text: string): OperatorName {
  const [, prefix, name = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/s.exec(
    text,
  ) ?? ['', undefined, text]
  const quantifier = prefix === 'ForAllValues' || prefix === 'ForAnyValue' ? prefix : undefined
  return { quantifier, name, ifExists: suffix !== undefined }
}

/**
 * Null asks whether a key is there: "true" for absent. An empty list counts as absent, so that `"Null": "false"` is
 * the guard of ForAllValues that the User Guide recommends. With a set operator in front the answer is always the same
 * (IAM Access Analyzer policy checks).
 */
function presenceTest(wanted: readonly string[], quantifier: Quantifier): Test {
  const answers = wanted.map((text) => {
    const value = text.toLowerCase()
    if (value !== 'true' && value !== 'false') throw unreadable(text, '"true" or "false"')
    return value === 'true'
  })
  if (quantifier !== undefined) return () => quantifier === 'ForAllValues'
  return (found) => answers.includes(isAbsent(found))
}

function isAbsent(found: ContextValue | undefined): boolean {
  return found === undefined || (typeof found !== 'string' && found.length === 0)
}

/**
 * The values of the policy are alternatives, for negated operators forbidden ones. No value at all in the policy
 * matches no value of the request. Without a set operator a multivalued key never matches, negated or not: taking
 * any of its values could step round a Deny.
 */
function comparisonTest(
  comparisons: readonly Comparison[],
  { negated, quantifier }: { negated: boolean; quantifier: Quantifier },
) {
  const matches = (value: string, context: RequestContext) =>
    comparisons.length > 0 &&
    comparisons.some((comparison) => comparison(value, context)) !== negated
  return (found: ContextValue, context: RequestContext): boolean => {
    switch (quantifier) {
      case 'ForAllValues':
        return valuesOf(found).every((value) => matches(value, context))
      case 'ForAnyValue':
        return valuesOf(found).some((value) => matches(value, context))
      case undefined:
        return typeof found === 'string' && matches(found, context)
    }
  }
}

function valuesOf(found: ContextValue): readonly string[] {
  return typeof found === 'string' ? [found] : found
}
