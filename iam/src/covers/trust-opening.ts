import { uncovered } from '../covers.ts'
import { parsePolicyDocument, type PolicyDocument } from '../policy-document.ts'
import type { PrincipalEntry } from '../principal-element.ts'
import type { Statement } from '../statement.ts'
import { claimOf } from './claim.ts'
import { overlap, type EntrySet } from './entry-set.ts'
import { isOfRequest, viewOfReceiver } from './key-view.ts'
import { actionsOf, reachOf, type Standing } from './standing.ts'

/** Who might assume a role. */
export interface Trustee extends Standing {
  /** By which a stored trust policy can name them: `AIDA…` and ARN of a user, `AROA…` and ARN of a role. */
  readonly names: readonly string[]
}

/**
 * How a role is open to somebody. `them`: it may be by who they are, so that the holder of other policies could not have it
 * as well. `anybody`: whoever may ask for it in the account has it on the same terms.
 */
export type Opening = 'closed' | 'anybody' | 'them'

/** `role` is its ARN. Takes a role for open to them when in doubt. */
export function openingOf(
  trust: PolicyDocument,
  { role, trustee }: { readonly role: string; readonly trustee: Trustee },
): Opening {
  const view = viewOfReceiver(trustee.keys)
  const isFalse = (statement: Statement) =>
    statement.conditions.some(
      (condition) => claimOf(condition, { view, version: trust.version }) === false,
    )
  const openings = trust.statements
    .filter((statement) => statement.effect === 'Allow' && isAboutAssuming(statement))
    .filter((statement) => !isFalse(statement))
    .map((statement) => openingBy(statement, { role, trustee }))
  if (openings.includes('them')) return 'them'
  if (!openings.includes('anybody')) return 'closed'
  // It could be the holder, and not them, whom a Deny keeps out.
  return trust.statements.some(({ effect }) => effect === 'Deny') ? 'them' : 'anybody'
}

/**
 * Does a change of somebody open a role to them by who they are? Not when it was open before on the very same terms: no key changed that the
 * trust policy asks for, and their own policies do not let them ask where they did not.
 */
export function opensNewly(
  trust: PolicyDocument,
  {
    role,
    before,
    after,
  }: { readonly role: string; readonly before: Trustee; readonly after: Trustee },
): boolean {
  if (openingOf(trust, { role, trustee: after }) !== 'them') return false
  if (openingOf(trust, { role, trustee: before }) === 'closed') return true
  const changed = changedKeys(before.keys, after.keys)
  const isAskedFor = trust.statements.some(({ conditions }) =>
    conditions.some(({ keys }) => keys.some((key) => changed.has(key))),
  )
  if (isAskedFor) return true
  const withoutPolicies = { ...before, policies: { identity: [] } }
  const isDelegated = openingOf(trust, { role, trustee: withoutPolicies }) === 'closed'
  return isDelegated && mayAskMore(role, { before, after })
}

/** Could a change of somebody open any role to them? Asked once, it spares asking for each role. */
export function mayOpenRoles(before: Standing, after: Standing): boolean {
  return changedKeys(before.keys, after.keys).size > 0 || mayAskMore('*', { before, after })
}

function changedKeys(before: Standing['keys'], after: Standing['keys']): ReadonlySet<string> {
  const keys = [...before.keys(), ...after.keys()]
  return new Set(
    keys.filter((key) => before.get(key) !== after.get(key)).map((key) => key.toLowerCase()),
  )
}

function mayAskMore(
  role: string,
  { before, after }: { readonly before: Standing; readonly after: Standing },
): boolean {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role }
  const document = parsePolicyDocument(JSON.stringify({ Statement: statement }))
  const limited = { ...after.policies, session: [{ name: 'what is asked here', document }] }
  const nobody: Standing = { policies: { identity: [] }, keys: new Map() }
  return uncovered(nobody, { before, after: { ...after, policies: limited } }) !== undefined
}

/** Might a Deny keep somebody from assuming roles that are open to anybody? */
export function mayBeKeptOut({ identity, boundary, session = [] }: Standing['policies']): boolean {
  return [...identity, ...(boundary === undefined ? [] : [boundary]), ...session].some((policy) =>
    policy.document.statements.some(
      (statement) => statement.effect === 'Deny' && isAboutAssuming(statement),
    ),
  )
}

const assumeRole: EntrySet = {
  element: 'some',
  entries: [{ glob: 'sts:assumerole'.split(''), text: 'sts:AssumeRole' }],
}

function isAboutAssuming(statement: Statement): boolean {
  return overlap(actionsOf(statement), assumeRole)
}

function openingBy(
  { principal, conditions }: Statement,
  { role, trustee }: { readonly role: string; readonly trustee: Trustee },
): Opening {
  const kinds = (principal?.entries ?? [])
    .filter((entry) => mayName(entry, trustee))
    .map(({ kind }) => kind)
  if (kinds.length === 0) return 'closed'
  const isByName = kinds.includes('identity') || kinds.includes('role')
  const isDelegated = !isByName && !kinds.includes('everyone')
  if (isDelegated && !mayAsk(role, trustee)) return 'closed'
  const isOnSameTerms = conditions.every(({ keys }) => keys.every(isOfRequest))
  return isByName || !isOnSameTerms ? 'them' : 'anybody'
}

function mayName({ kind, text }: PrincipalEntry, { names }: Trustee): boolean {
  switch (kind) {
    case 'everyone':
    case 'account':
      return true
    case 'role':
      return names.includes(text)
    case 'identity':
      return names.some((name) => text === name || isSessionOf(text, name))
    case 'provider':
    case 'service':
      return false
  }
}

/** A session of a role by its id, or by its ARN, which has no path. */
function isSessionOf(text: string, name: string): boolean {
  if (text.startsWith(`${name}:`)) return true
  const [, account, role] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(name) ?? []
  return role !== undefined && text.startsWith(`arn:aws:sts::${account}:assumed-role/${role}/`)
}

/** Whether their own policies could allow it: a trust policy that names the account leaves the choice to those. */
function mayAsk(role: string, { policies, keys }: Trustee): boolean {
  const resource: EntrySet = {
    element: 'some',
    entries: [{ glob: role.split(''), text: role }],
  }
  const { layers } = reachOf(policies, viewOfReceiver(keys))
  return Object.values(layers).every(
    (rules) =>
      rules === undefined ||
      rules.some(
        ({ actions, resources }) => overlap(actions, assumeRole) && overlap(resources, resource),
      ),
  )
}
