import { findKey, type KeyType } from '../actions/condition-keys.ts'
import { quote } from '../quote.ts'
import { conditionsOf } from './conditions.ts'
import { eachStatement } from './finding.ts'

/** How each type of key is compared. Arn keys may be compared as text, and numbers, dates and truth values too. */
const fitting: Readonly<Record<KeyType, { readonly operators: RegExp; readonly use: string }>> = {
  String: { operators: /^(String|Null)/, use: 'StringEquals or StringLike' },
  Arn: { operators: /^(Arn|String|Null)/, use: 'ArnLike' },
  Bool: { operators: /^(Bool|String|Null)/, use: 'Bool' },
  Numeric: { operators: /^(Numeric|Null)/, use: 'a Numeric operator' },
  Date: { operators: /^(Date|Numeric|Null)/, use: 'a Date operator' },
  IpAddress: { operators: /^(Not)?IpAddress|^Null/, use: 'IpAddress or NotIpAddress' },
}

/** An operator that reads the values of the key as something that they are not. */
export const operatorType = eachStatement((statement) =>
  conditionsOf(statement).flatMap(({ name, condition: { operator, key } }) => {
    const type = findKey(key)?.type
    if (type === undefined || fitting[type].operators.test(name)) return []
    return [
      {
        level: 'warning',
        what: `${operator} does not fit ${quote(key)}.`,
        why: `The values of the key are of type ${type}; compared in this way they hardly ever match as meant.`,
        instead: `Use ${fitting[type].use}.`,
      } as const,
    ]
  }),
)
