import type { PolicyDocument } from './policy-document.ts'
import type { NamedPolicy, PolicySet } from './policy-set.ts'
import type { Statement } from './statement.ts'

/**
 * The policies at their most generous: as they would be if every condition on one of the keys turned out as the requester wishes. An Allow
 * loses those conditions, a Deny that has one is left out. With it "may they at all?" is answered where "from where, when, with a second
 * factor" is not known yet. `isOpen` gets the key in lower case.
 */
export function supposeBest(set: PolicySet, isOpen: (key: string) => boolean): PolicySet {
  const suppose = (policy: NamedPolicy): NamedPolicy => ({
    ...policy,
    document: supposed(policy.document, isOpen),
  })
  return {
    identity: set.identity.map(suppose),
    boundary: set.boundary && suppose(set.boundary),
    session: set.session?.map(suppose),
    trust: set.trust && suppose(set.trust),
  }
}

function supposed(document: PolicyDocument, isOpen: (key: string) => boolean): PolicyDocument {
  const open = (statement: Statement) =>
    statement.conditions.some(({ key }) => isOpen(key.toLowerCase()))
  if (!document.statements.some(open)) return document
  const statements = document.statements
    .filter((statement) => statement.effect === 'Allow' || !open(statement))
    .map((statement) => ({
      ...statement,
      conditions: statement.conditions.filter(({ key }) => !isOpen(key.toLowerCase())),
    }))
  return { ...document, statements }
}
