import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { uncovered } from '@fleetkey/iam/covers'
import { evaluate } from '@fleetkey/iam/evaluate'
import { explainDecision } from '@fleetkey/iam/explain'
import { explainUncovered } from '@fleetkey/iam/explain-uncovered'
import type { HandOver } from '../operations/operation.ts'
import { accessRequest, type Question } from './authorize.ts'

/** Whoever is allowed this on `*` may hand out what they do not hold: it makes an administrator. `Action: *` contains it. */
const GRANT_ANY = 'fleetkey:GrantAnyPermission'

/**
 * Nobody hands out what they do not hold: refuses a call that would let anybody do what the caller may not. Without it, whoever may attach a
 * policy, make a key for somebody else or name whom a role trusts is an administrator. Asked after the call itself is allowed. Returns why
 * more than the caller holds is handed out all the same, in words for the trail; empty when it is not more.
 *
 * Throws AccessDenied, with an explanation that names the statement.
 */
export async function guardHandOver(
  question: Question,
  handsOver: () => Promise<readonly HandOver[]>,
): Promise<string> {
  const { caller, principalArn, actions, resources } = question
  if (caller.principal.kind === 'root') return ''
  const grantAny = accessRequest(question, { action: GRANT_ANY, resource: { arn: '*' } })
  const holder = { policies: caller.policies, keys: grantAny.context }
  for (const { to, before, after, keys } of await handsOver()) {
    const gap = uncovered(holder, {
      before: before && { policies: before, keys: keys?.before ?? nothing },
      after: { policies: after, keys: keys?.after ?? nothing },
    })
    if (gap === undefined) continue
    const decision = evaluate(grantAny, caller.policies)
    if (decision.kind === 'allowed') {
      return `It gives ${to} more than the caller may do: ${explainDecision(decision, grantAny)}`
    }
    throw accessDenied(
      `User: ${principalArn} is not authorized to perform: ${actions[0]} on resource: ${resources[0]?.arn} because it would give ${to} more than the caller may do`,
      `Nobody hands out what they do not hold. ${explainUncovered(gap)}`,
    )
  }
  return ''
}

const nothing = new Map<string, never>()
