import { parseOperator, type Condition, type OperatorName } from '../condition/condition.ts'
import type { Statement } from '../statement.ts'

export interface ReadCondition extends OperatorName {
  readonly condition: Condition
  /** Asks for a value of the request and does not hold without one. */
  readonly needsValue: boolean
}

export function conditionsOf(statement: Statement): readonly ReadCondition[] {
  return statement.conditions.map((condition) => {
    const operator = parseOperator(condition.operator)
    const { name, ifExists, quantifier } = operator
    const needsValue =
      name !== 'Null' &&
      !ifExists &&
      quantifier !== 'ForAllValues' &&
      (!condition.negated || quantifier === 'ForAnyValue')
    return { ...operator, condition, needsValue }
  })
}

/** Key names are case-insensitive. */
export function isKey(condition: Condition, key: string): boolean {
  return condition.key.toLowerCase() === key.toLowerCase()
}

/** Does the condition leave out any value at all? */
export function limits({ condition, name }: ReadCondition): boolean {
  if (name === 'Null') return false
  return (
    condition.negated ||
    !condition.wanted.some((wanted) => name.endsWith('Like') && /^\*+$/.test(wanted))
  )
}
