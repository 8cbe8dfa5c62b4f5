import { conditionHolds } from './condition/condition.ts'
import type { AccessRequest } from './access-request.ts'
import { matchesResource } from './match-resource.ts'
import { namingOf, type Caller } from './match-principal.ts'
import { normalizeContext } from './request-context.ts'
import type { Statement } from './statement.ts'

/** A request in the form that statements are compared with. */
export interface Asked extends Caller {
  readonly action: string
  readonly resource: string
}

export function ask(request: AccessRequest): Asked {
  return {
    principal: request.principal,
    principalId: request.principalId,
    action: request.action,
    resource: request.resource,
    context: normalizeContext(request.context),
  }
}

/** Does a statement that is about the action apply to the request? */
export function applies(statement: Statement, asked: Asked): boolean {
  return (
    coversPrincipal(statement, asked) &&
    coversResource(statement, asked) &&
    conditionsHold(statement, asked)
  )
}

export function coversPrincipal({ principal, effect }: Statement, asked: Asked): boolean {
  return principal === undefined || namingOf(principal, asked, effect) !== undefined
}

/** NotResource covers what none of its entries matches. */
export function coversResource({ resource: covered }: Statement, asked: Asked): boolean {
  if (covered === undefined) return true
  for (const entry of covered.entries) {
    if (matchesResource(entry, asked.resource, asked.context)) return covered.element === 'Resource'
  }
  return covered.element === 'NotResource'
}

function conditionsHold({ conditions }: Statement, { context }: Asked): boolean {
  for (const condition of conditions) {
    if (!conditionHolds(condition, context)) return false
  }
  return true
}
