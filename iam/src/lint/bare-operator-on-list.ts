import { findKey } from '../actions/condition-keys.ts'
import { quote } from '../quote.ts'
import { conditionsOf } from './conditions.ts'
import { eachStatement } from './finding.ts'

/** A multivalued key under an operator for single values, which never matches it. */
export const bareOperatorOnList = eachStatement((statement) =>
  conditionsOf(statement)
    .filter(({ quantifier, name }) => quantifier === undefined && name !== 'Null')
    .filter(({ condition: { key } }) => findKey(key)?.isMultivalued === true)
    .map(
      ({ condition: { operator, key, negated } }) =>
        ({
          level: 'error',
          what: `${operator} looks at ${quote(key)}, which holds several values.`,
          why: 'An operator without ForAllValues or ForAnyValue never matches such a key.',
          instead: `Write "${negated ? 'ForAllValues' : 'ForAnyValue'}:${operator}".`,
        }) as const,
    ),
)
