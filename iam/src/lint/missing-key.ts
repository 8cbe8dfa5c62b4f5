import type { Statement } from '../statement.ts'
import type { ReadCondition } from './conditions.ts'

/** In words: what a statement does when a request never has the key of one of its conditions. */
export function effectOfMissingKey(
  { effect }: Statement,
  { needsValue, name }: ReadCondition,
): string {
  const verb = effect === 'Allow' ? 'allows' : 'denies'
  if (name === 'Null') return 'Such a condition always has the same answer.'
  return needsValue
    ? `The condition never holds, so the statement ${verb} nothing.`
    : `A missing key satisfies this operator, so the statement ${verb} as if the condition were not there.`
}
