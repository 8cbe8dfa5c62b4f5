import type { AccessRequest } from './access-request.ts'
import { candidatesFor } from './candidates.ts'
import { accountOf, accountOfIdentity, namingOf, type Naming } from './match-principal.ts'
import { applies, ask, coversPrincipal, coversResource, type Asked } from './match-statement.ts'
import {
  policiesOf,
  policyKinds,
  type NamedPolicy,
  type PolicyKind,
  type PolicySet,
} from './policy-set.ts'
import { lookUp } from './request-context.ts'
import type { Statement } from './statement.ts'

/** The answer. `explain.ts` puts it into words. */
export type Decision =
  | {
      readonly kind: 'allowed'
      /** What grants: a statement of an identity policy, or of the trust policy when there is one. */
      readonly decidedBy: Decider
      /** A statement that allows in each other kind of policy that had to. */
      readonly within: readonly Decider[]
    }
  | {
      readonly kind: 'explicitDeny'
      readonly decidedBy: Decider
      /** What was asked, for an explanation. */
      readonly policies: PolicySet
    }
  | {
      readonly kind: 'implicitDeny'
      /** The kinds that would have to allow and do not; at least one. AWS names the first. */
      readonly missing: readonly PolicyKind[]
      readonly policies: PolicySet
    }

/** A statement that decides. */
export interface Decider {
  readonly kind: PolicyKind
  readonly policy: NamedPolicy
  readonly statement: Statement
}

/**
 * Decides a request (IAM User Guide, reference_policies_evaluation-logic). A Deny that applies, in any policy of any kind,
 * denies. Else an identity policy must allow, and the permissions boundary and one session policy where there are such.
 * Is the request for a role, its trust policy must allow, and how it names the caller says who else must
 * (id_roles_terms-and-concepts; see `Naming`). The order of policies and statements plays no part.
 *
 * Throws ValidationException when a statement asks for a condition key that has two values; whatever this throws is a
 * refusal too.
 */
export function evaluate(request: AccessRequest, policies: PolicySet): Decision {
  const asked = ask(request)
  if (asked.context.doubled !== undefined) refuseDoubledKeys(policies, asked)
  return denied(policies, asked) ?? decideAllow(policies, asked)
}

function denied(policies: PolicySet, asked: Asked): Decision | undefined {
  for (const kind of policyKinds) {
    for (const policy of policiesOf(policies, kind) ?? []) {
      const { denies } = candidatesFor(policy.document, asked.action)
      const statement = denies.find((candidate) => applies(candidate, asked))
      if (statement === undefined) continue
      return { kind: 'explicitDeny', decidedBy: { kind, policy, statement }, policies }
    }
  }
  return undefined
}

function decideAllow(policies: PolicySet, asked: Asked): Decision {
  const { trust } = policies
  const trusting = trust && mostFavourable(trust, asked)
  const allows: Decider[] = []
  const missing: PolicyKind[] = []
  if (trusting !== undefined) allows.push(trusting.decider)
  else if (trust !== undefined) missing.push('trust')
  for (const kind of trust === undefined ? within.account : alsoNeeded(trusting?.naming, asked)) {
    const all = policiesOf(policies, kind)
    if (all === undefined) continue
    const allow = findAllow(kind, all, asked)
    if (allow === undefined) missing.push(kind)
    else allows.push(allow)
  }
  const [decidedBy, ...others] = allows
  if (decidedBy === undefined || missing.length > 0) {
    return { kind: 'implicitDeny', missing, policies }
  }
  return { kind: 'allowed', decidedBy, within: others }
}

/** Who else must allow, by how the trust policy names the caller. Between two accounts both sides must, whatever it says. */
const within: Readonly<Record<Naming, readonly PolicyKind[]>> = {
  itself: [],
  role: ['boundary', 'session'],
  account: ['identity', 'boundary', 'session'],
}

function alsoNeeded(naming: Naming | undefined, asked: Asked): readonly PolicyKind[] {
  const account = accountOfIdentity(asked.principal)
  if (account !== undefined && account !== accountOf(asked.resource)) return within.account
  return within[naming ?? 'itself']
}

/** Of several statements that trust the caller, the one that leaves least to others. */
function mostFavourable(policy: NamedPolicy, asked: Asked) {
  let best: { readonly naming: Naming; readonly decider: Decider } | undefined
  for (const statement of candidatesFor(policy.document, asked.action).allows) {
    if (statement.principal === undefined || !applies(statement, asked)) continue
    const naming = namingOf(statement.principal, asked, statement.effect)
    if (naming === undefined || (best && within[best.naming].length <= within[naming].length))
      continue
    best = { naming, decider: { kind: 'trust', policy, statement } }
  }
  return best
}

function findAllow(
  kind: PolicyKind,
  policies: readonly NamedPolicy[],
  asked: Asked,
): Decider | undefined {
  for (const policy of policies) {
    const { allows } = candidatesFor(policy.document, asked.action)
    const statement = allows.find((candidate) => applies(candidate, asked))
    if (statement !== undefined) return { kind, policy, statement }
  }
  return undefined
}

/**
 * Every statement that could apply is asked first, so that neither the order of statements nor that of the elements in
 * one says whether a request with an ambiguous key is decided.
 */
function refuseDoubledKeys(policies: PolicySet, asked: Asked): void {
  for (const kind of policyKinds) {
    for (const { document } of policiesOf(policies, kind) ?? []) {
      const { denies, allows } = candidatesFor(document, asked.action)
      for (const statement of [...denies, ...allows]) {
        if (!coversPrincipal(statement, asked)) continue
        for (const { variables } of statement.resource?.entries ?? []) lookUpAll(variables, asked)
        if (!coversResource(statement, asked)) continue
        for (const { keys } of statement.conditions) lookUpAll(keys, asked)
      }
    }
  }
}

function lookUpAll(keys: readonly string[], { context }: Asked): void {
  for (const key of keys) lookUp(context, key)
}
