import { quote } from '../quote.ts'
import { conditionsOf, type ReadCondition } from './conditions.ts'
import { eachStatement } from './finding.ts'

/** Conditions that no request can meet. */
export const conditionNeverHolds = eachStatement((statement) =>
  conditionsOf(statement).flatMap((read) => {
    const cause = whyNeverHolds(read)
    if (cause === undefined) return []
    return [
      {
        level: 'error',
        what: `${read.condition.operator} on ${quote(read.condition.key)} can never hold: ${cause}.`,
        why: `So the statement ${statement.effect === 'Allow' ? 'allows' : 'denies'} nothing.`,
        instead: 'Give it values that a request can have, or leave the condition out.',
      } as const,
    ]
  }),
)

export function whyNeverHolds({
  condition,
  name,
  quantifier,
  needsValue,
}: ReadCondition): string | undefined {
  if (name === 'Null') {
    if (quantifier === 'ForAnyValue') return 'Null under ForAnyValue is always false'
    return condition.wanted.length === 0 ? 'it has no value' : undefined
  }
  if (!needsValue) return undefined
  if (condition.wanted.length === 0) return 'it has no value'
  if (/^Arn(Equals|Like)$/.test(name) && condition.wanted.every((wanted) => fieldsOf(wanted) < 6)) {
    return 'an ARN has six fields'
  }
  return undefined
}

/** A variable may bring in colons. */
function fieldsOf(arn: string): number {
  return /\$\{/.test(arn) ? 6 : arn.split(':').length
}
