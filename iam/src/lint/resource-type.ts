import type { CatalogueAction } from '../actions/service.ts'
import { quote } from '../quote.ts'
import type { Statement } from '../statement.ts'
import { eachStatement } from './finding.ts'
import { listed } from './phrases.ts'
import { actionsOf, fitsAction, fitsResourceType, reachedActions } from './reach.ts'

/** Resources that the actions of the statement are never asked for, and actions that none of its resources fits. */
export const resourceType = eachStatement((statement) => [
  ...actionsWithoutResource(statement),
  ...resourcesWithoutAction(statement),
])

function actionsWithoutResource(statement: Statement) {
  const { action, resource, effect } = statement
  if (resource?.element !== 'Resource' || action.element === 'NotAction') return []
  const texts = resource.entries.map(({ text }) => text)
  return action.entries.flatMap((entry) => {
    const actions = actionsOf(entry)
    if (actions.length === 0 || actions.some((one) => fitsAction(texts, one))) return []
    return [
      {
        level: effect === 'Deny' ? 'error' : 'warning',
        what: `${quote(entry.text)} never asks for a resource like ${quote(texts[0] ?? '')}.`,
        why: `The statement ${effect === 'Allow' ? 'does not allow' : 'does not deny'} it.`,
        instead: wantedResource(actions),
      } as const,
    ]
  })
}

function wantedResource(actions: readonly CatalogueAction[]): string {
  const arns = new Set(actions.flatMap(({ resources }) => resources.map(({ arn }) => arn)))
  if (arns.size === 0)
    return 'It has no resource of its own: write "Resource": "*" in a statement of its own.'
  return `It asks for ${listed([...arns], 3)}.`
}

function resourcesWithoutAction(statement: Statement) {
  if (statement.resource?.element !== 'Resource') return []
  const types = new Set(reachedActions(statement).flatMap(({ resources }) => resources))
  if (types.size === 0) return []
  const strangers = statement.resource.entries.filter(
    ({ text }) => text !== '*' && ![...types].some((type) => fitsResourceType(text, type)),
  )
  // When none fits, it has been said of the actions already.
  if (strangers.length === statement.resource.entries.length) return []
  return strangers.map(
    ({ text }) =>
      ({
        level: 'warning',
        what: `No action of the statement asks for a resource like ${quote(text)}.`,
        why: 'The entry has no effect.',
        instead: `These actions ask for ${listed(
          [...types].map(({ arn }) => arn),
          3,
        )}.`,
      }) as const,
  )
}
