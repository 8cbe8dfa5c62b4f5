import type { Statement } from '../statement.ts'
import { eachStatement } from './finding.ts'

/** Everything on everything: one finding says it all. */
export const administrator = eachStatement((statement, { kind }) => {
  if (kind === 'session' || !isAdministrator(statement)) return []
  return [
    {
      level: statement.conditions.length === 0 ? 'warning' : 'suggestion',
      what: 'It allows everything on everything.',
      why: 'Whoever has it may log in to every host as any user, and give away every right.',
      instead: 'Name what is needed; keep this for administrators.',
    },
  ]
})

export function isAdministrator({ effect, action, resource }: Statement): boolean {
  return (
    effect === 'Allow' &&
    action.element === 'Action' &&
    action.entries.some(({ text }) => text === '*' || text === '*:*') &&
    resource?.element === 'Resource' &&
    resource.entries.some(({ text }) => text === '*')
  )
}
