import { quote } from '../quote.ts'
import { conditionsOf, isKey, type ReadCondition } from './conditions.ts'
import { eachStatement } from './finding.ts'

/** ForAllValues in an Allow holds for requests that have no value at all. */
export const forAllValuesUnguarded = eachStatement((statement) => {
  if (statement.effect !== 'Allow') return []
  const reads = conditionsOf(statement)
  return reads
    .filter(({ quantifier }) => quantifier === 'ForAllValues')
    .filter(({ condition: { key } }) => !reads.some((read) => demandsKey(read, key)))
    .map(
      ({ condition: { operator, key } }) =>
        ({
          level: 'warning',
          what: `${operator} on ${quote(key)} stands alone.`,
          why: 'It also holds when the request has no such value, so it allows that too.',
          instead: `Demand the key beside it: "Null": {${quote(key)}: "false"}.`,
        }) as const,
    )
})

function demandsKey(
  { condition, name, quantifier, needsValue }: ReadCondition,
  key: string,
): boolean {
  if (!isKey(condition, key)) return false
  if (name !== 'Null') return needsValue
  return (
    quantifier === undefined && condition.wanted.every((wanted) => wanted.toLowerCase() === 'false')
  )
}
