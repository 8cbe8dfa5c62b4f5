import { quote } from '../quote.ts'
import { conditionsOf } from './conditions.ts'
import { eachStatement } from './finding.ts'

/** A wildcard in an operator that compares letter by letter. */
export const equalsWithWildcard = eachStatement((statement) =>
  conditionsOf(statement)
    .filter(({ name }) => /^String(Not)?Equals(IgnoreCase)?$/.test(name))
    .flatMap(({ condition, name }) => {
      const value = condition.wanted.find((wanted) =>
        /[*?]/.test(wanted.replace(/\$\{[^}]*\}/g, '')),
      )
      if (value === undefined) return []
      const like = condition.operator.replace(
        name,
        name.includes('Not') ? 'StringNotLike' : 'StringLike',
      )
      return [
        {
          level: 'warning',
          what: `${condition.operator} compares ${quote(condition.key)} with ${quote(value)}, letter by letter.`,
          why: 'A * or ? means itself there and stands for nothing else.',
          instead: `Did you mean ${like}?`,
        } as const,
      ]
    }),
)
