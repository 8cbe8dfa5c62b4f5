import { instanceArn, roleArn, userArn } from '@fleetkey/domain/arn'
import type { Realm } from '@fleetkey/domain/realm'
import { evaluate } from '@fleetkey/iam/evaluate'
import type { PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import { OPERATIONS } from '../../operations/operations.ts'
import { compiledPolicy, policySetOf } from '../../operations/policy-set-of.ts'
import type { Rights } from '../../store/identity-store.ts'
import type { Identities } from './identities.ts'

/** What can be asked for, with whatever tags the instances have. */
export interface Probes {
  readonly realm: Realm
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

export function probesFor(realm: Realm, instanceIds: readonly string[]): Probes {
  const iam = (name: string) => `arn:aws:iam::${realm.accountId}:${name}`
  const actions = [
    ...OPERATIONS.filter(({ needsNoPermission }) => !needsNoPermission).map(({ action }) => action),
    'fleetkey:GrantAnyPermission',
    'sts:TagSession',
  ]
  return {
    realm,
    actions: [...new Set(actions)],
    resources: [
      '*',
      ...instanceIds.map((id) => instanceArn(realm, id)),
      ...['user/admin', 'user/mallory', 'group/admins', 'role/ops', 'policy/Power'].map(iam),
    ],
  }
}

/** All that somebody may do, also as the roles that they can assume and as those that these can: `action resource` each. */
export function reachOf(ids: readonly string[], identities: Identities, probes: Probes) {
  const found = new Set<string>()
  const waiting = [...ids]
  const roles = identities.ids('role')
  const tags = identities.instanceTags()
  for (const id of waiting) {
    const rights = identities.rights(id)
    if (rights === undefined) continue
    const policies = policySetOf(rights, probes.realm)
    const ask = asker(rights, { probes, tags })
    for (const action of probes.actions) {
      for (const resource of probes.resources) {
        if (ask(action, resource, policies)) found.add(`${action} ${resource}`)
      }
    }
    for (const role of roles) {
      if (waiting.includes(role)) continue
      const { entity } = identities.rights(role) ?? rights
      const trust = {
        name: 'trust',
        document: compiledPolicy(identities.trustPolicy(role), 'trust'),
      }
      const arn = roleArn(probes.realm, entity.name, entity.path)
      if (ask('sts:AssumeRole', arn, { ...policies, trust })) waiting.push(role)
    }
  }
  return { found, principals: waiting }
}

function asker(
  { entity }: Rights,
  {
    probes: { realm },
    tags,
  }: { readonly probes: Probes; readonly tags: ReturnType<Identities['instanceTags']> },
) {
  const isUser = entity.kind === 'user'
  const arn = (isUser ? userArn : roleArn)(realm, entity.name, entity.path)
  const own = new Map<string, ContextValue>([
    ['aws:PrincipalArn', arn],
    ['aws:PrincipalAccount', realm.accountId],
    ['aws:PrincipalType', isUser ? 'User' : 'AssumedRole'],
    ['aws:userid', isUser ? entity.id : `${entity.id}:s`],
    ...(isUser ? [['aws:username', entity.name] as const] : []),
    ...Object.entries(entity.tags).map(
      ([key, value]) => [`aws:PrincipalTag/${key}`, value] as const,
    ),
  ])
  return (action: string, resource: string, policies: PolicySet) => {
    const context = new Map(own)
    for (const [key, value] of Object.entries(tags.get(resource.split('/')[1] ?? '') ?? {})) {
      context.set(`aws:ResourceTag/${key}`, value)
    }
    const principal = isUser ? arn : `arn:aws:sts::${realm.accountId}:assumed-role/${entity.name}/s`
    const principalId = isUser ? entity.id : `${entity.id}:s`
    return (
      evaluate({ principal, principalId, action, resource, context }, policies).kind === 'allowed'
    )
  }
}
