import { roleArn, userArn } from '@fleetkey/domain/arn'
import {
  mayBeKeptOut,
  mayOpenRoles,
  openingOf,
  opensNewly,
  type Trustee,
} from '@fleetkey/iam/covers/trust-opening'
import type { ContextValue } from '@fleetkey/iam/request-context'
import type { EntityRow, Rights, RoleRow } from '../../store/identity-store.ts'
import type { Asker } from '../operation.ts'
import { compiledPolicy, policySetOf } from '../policy-set-of.ts'
import type { RightsEdit } from './rights-edit.ts'

type Scope = Pick<Asker, 'store' | 'realm' | 'caller'>

interface Search {
  readonly scope: Scope
  /** What the call makes of the rights of all. */
  readonly edit?: RightsEdit
  /** Of the one from whom on is searched, before the call: then only what is new. */
  readonly before?: Rights
}

/** Roles that somebody may assume by who they are, those that these may assume, and so on. */
export async function rolesOpenTo(
  start: Rights,
  { scope, edit = (rights) => rights, before }: Search,
): Promise<readonly Rights[]> {
  if (before && !mayOpenRoles(trusteeOf(before, scope), trusteeOf(start, scope))) return []
  const roles = await scope.store.identities.roles.list()
  const found = new Map<string, Rights>()
  const waiting = [start]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const trustee = trusteeOf(next, scope)
    const had = next === start && before ? trusteeOf(before, scope) : undefined
    for (const role of roles) {
      if (role.id === start.entity.id || found.has(role.id)) continue
      if (!isOpen(role, { trustee, had, scope })) continue
      const rights = await scope.store.identities.rights(role.id)
      if (rights === undefined) continue
      found.set(role.id, edit(rights))
      waiting.push(edit(rights))
    }
  }
  return [...found.values()]
}

/** With `had`, what they were before a change: is it open now, and not as it was? */
function isOpen(
  { name, path, trustPolicy }: RoleRow,
  {
    trustee,
    had,
    scope,
  }: { readonly trustee: Trustee; readonly had: Trustee | undefined; readonly scope: Scope },
): boolean {
  const role = roleArn(scope.realm, name, path)
  const trust = compiledPolicy(trustPolicy, 'trust')
  if (had !== undefined) return opensNewly(trust, { role, before: had, after: trustee })
  const opening = openingOf(trust, { role, trustee })
  // What is open to anybody is so to the caller too, if nothing keeps them out.
  return opening === 'them' || (opening === 'anybody' && mayBeKeptOut(scope.caller.policies))
}

function trusteeOf(rights: Rights, scope: Scope): Trustee {
  const { id, kind, name, path } = rights.entity
  const arn = kind === 'role' ? roleArn : userArn
  return {
    // No trust policy names a group.
    names: kind === 'group' ? [] : [id, arn(scope.realm, name, path)],
    policies: policySetOf(rights, scope.realm),
    keys: keysOf(rights.entity, scope),
  }
}

/** Condition keys that come with every request of a user. A session of a role can have tags of its own in place of the role's. */
export function keysOf(
  { kind, id, name, path, tags }: EntityRow,
  { realm }: Pick<Scope, 'realm'>,
): ReadonlyMap<string, ContextValue> {
  const account = ['aws:PrincipalAccount', realm.accountId] as const
  switch (kind) {
    case 'user':
      return new Map([
        account,
        ['aws:userid', id],
        ['aws:username', name],
        ['aws:PrincipalType', 'User'],
        ['aws:PrincipalArn', userArn(realm, name, path)],
        ...Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const),
      ])
    case 'role':
      return new Map([
        account,
        ['aws:PrincipalType', 'AssumedRole'],
        ['aws:PrincipalArn', roleArn(realm, name, path)],
      ])
    case 'group':
    case 'policy':
    case 'provider':
    case 'mfa':
    case 'profile':
      return new Map()
  }
}
