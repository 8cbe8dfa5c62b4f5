import { hasKey } from '../actions/catalogue.ts'
import { findKey } from '../actions/condition-keys.ts'
import type { CatalogueAction } from '../actions/service.ts'
import { quote } from '../quote.ts'
import type { Statement } from '../statement.ts'
import { whyNeverHolds } from './condition-never-holds.ts'
import { conditionsOf } from './conditions.ts'
import { eachStatement } from './finding.ts'
import { fitsAction, reachedActions } from './reach.ts'

/** A Deny that no request can ever meet: the most dangerous slip of all, because nobody notices. */
export const denyNeverMatches = eachStatement((statement) => {
  if (statement.effect !== 'Deny') return []
  const cause = whyNever(statement)
  if (cause === undefined) return []
  return [
    {
      level: 'error',
      what: `This Deny denies nothing: ${cause}.`,
      why: 'What it was to forbid is as allowed as without it.',
      instead: 'Mend the cause, and try it with "fleetkey iam evaluate --jsonl".',
    },
  ]
})

function whyNever(statement: Statement): string | undefined {
  const reached = reachedActions(statement)
  if (reached.length === 0) return 'no action is left for it'
  const fitting = reached.filter((action) => resourceFits(statement, action))
  if (fitting.length === 0) return 'none of its resources fits any of its actions'
  for (const read of conditionsOf(statement)) {
    const { key, operator } = read.condition
    if (whyNeverHolds(read) !== undefined) return `${operator} on ${quote(key)} can never hold`
    if (!read.needsValue) continue
    const known = findKey(key)
    if (known && !fitting.some((action) => hasKey(action, key))) {
      return `none of its requests has ${quote(key)}`
    }
    if (known?.isMultivalued && read.quantifier === undefined) {
      return `${operator} never matches ${quote(key)}, which holds several values`
    }
  }
  return undefined
}

function resourceFits({ resource }: Statement, action: CatalogueAction): boolean {
  if (resource?.element !== 'Resource') return true
  return fitsAction(
    resource.entries.map(({ text }) => text),
    action,
  )
}
