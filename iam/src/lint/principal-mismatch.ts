import type { PrincipalType } from '../principal-element.ts'
import { matchesAction } from '../match-action.ts'
import { eachStatement } from './finding.ts'
import { listed } from './phrases.ts'
import type { Statement } from '../statement.ts'

/** With which action each kind of principal assumes a role (IAM Access Analyzer policy checks, mismatched action). */
const waysIn: Readonly<Record<PrincipalType, readonly string[]>> = {
  AWS: ['sts:AssumeRole'],
  Service: ['sts:AssumeRole'],
  Federated: ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'],
}

/** Principals of a trust policy that can never use the actions it allows them. */
export const principalMismatch = eachStatement((statement) => {
  if (statement.effect !== 'Allow' || !isAboutAssuming(statement)) return []
  const types = new Set(statement.principal?.entries.map(({ type }) => type))
  return [...types]
    .filter((type) => !waysIn[type].some((action) => allows(statement, action)))
    .map(
      (type) =>
        ({
          level: 'error',
          what: `It names principals under ${type}, but not an action that they assume a role with.`,
          why: 'They are not let in.',
          instead: `For ${type}: ${listed([...waysIn[type]])}.`,
        }) as const,
    )
})

/** A statement of its own for sts:TagSession or sts:SetSourceIdentity is usual. */
function isAboutAssuming(statement: Statement): boolean {
  return Object.values(waysIn)
    .flat()
    .some((action) => allows(statement, action))
}

function allows({ action: { element, entries } }: Statement, action: string): boolean {
  const isNamed = entries.some((entry) => matchesAction(entry, action.toLowerCase()))
  return isNamed === (element === 'Action')
}
