import { hasKey } from '../actions/catalogue.ts'
import { findKey } from '../actions/condition-keys.ts'
import { quote } from '../quote.ts'
import { conditionsOf, type ReadCondition } from './conditions.ts'
import { eachStatement, type Said } from './finding.ts'
import { effectOfMissingKey } from './missing-key.ts'
import { listed } from './phrases.ts'
import { actionsOf, reachedActions } from './reach.ts'
import type { Statement } from '../statement.ts'

/** A condition key that there is, but not in requests of the statement's actions. */
export const keyWithoutAction = eachStatement((statement) => {
  const reached = reachedActions(statement)
  if (reached.length === 0) return []
  return conditionsOf(statement)
    .filter(({ condition: { key } }) => findKey(key) !== undefined)
    .flatMap((read): readonly Said[] => {
      const isHad = reached.some((action) => hasKey(action, read.condition.key))
      return isHad ? missedBySome(statement, read) : [missedByAll(statement, read)]
    })
})

function missedByAll(statement: Statement, read: ReadCondition): Said {
  const reached = reachedActions(statement)
  const key = quote(read.condition.key)
  return {
    level: statement.effect === 'Deny' && read.needsValue ? 'error' : 'warning',
    what:
      reached.length === 1
        ? `Requests of ${reached[0]?.name} never have ${key}.`
        : `No request of the statement's actions has ${key}.`,
    why: effectOfMissingKey(statement, read),
    instead: 'Use a key that the action has, or the action that the key belongs to.',
  }
}

/** Actions that are named one by one; what a wildcard takes along is not held against it. */
function missedBySome(statement: Statement, read: ReadCondition): readonly Said[] {
  const { action, effect } = statement
  const { key } = read.condition
  if (action.element === 'NotAction' || !read.needsValue) return []
  const without = action.entries
    .filter(({ text }) => !/[*?]/.test(text))
    .flatMap((entry) => actionsOf(entry))
    .filter((one) => !hasKey(one, key))
    .map(({ name }) => name)
  if (without.length === 0) return []
  return [
    {
      level: 'warning',
      what: `Requests of ${listed(without)} never have ${quote(key)}.`,
      why: `For ${without.length === 1 ? 'that action' : 'those actions'} the condition never holds and the statement ${effect === 'Allow' ? 'allows' : 'denies'} nothing.`,
      instead: 'Put those actions into a statement of their own, without this condition.',
    },
  ]
}
