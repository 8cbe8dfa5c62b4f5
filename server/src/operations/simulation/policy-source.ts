import { principalArn, principalId } from '@fleetkey/domain/principal'
import type { NamedPolicy, PolicySet } from '@fleetkey/iam/policy-set'
import type { ContextValue } from '@fleetkey/iam/request-context'
import { placeKeys, principalKeys } from '../context-keys.ts'
import { entityArn } from '../iam/entity-arn.ts'
import type { World } from '../operation.ts'
import { policySetOf } from '../policy-set-of.ts'
import { rightsByArn, subjectOf } from './subject.ts'

/** `PolicySourceArn`: whose policies are tried out, under the names that AWS's simulator gives them. */
export interface PolicySource {
  readonly principal: string
  readonly principalId: string | undefined
  readonly policies: PolicySet
  /** `SourcePolicyId` of each. */
  readonly ids: ReadonlyMap<NamedPolicy, string>
  /** What comes with every request of it. */
  readonly context: ReadonlyMap<string, ContextValue>
}

/** A user with its groups, a role, or a group alone, whose members come with keys of their own. Throws NoSuchEntity. */
export async function policySourceByArn(arn: string, world: World): Promise<PolicySource> {
  const { realm } = world
  const rights = await rightsByArn(arn, world)
  const policies = policySetOf(rights, realm)
  const ids = new Map(
    policies.identity.map((policy, index) => {
      const held = rights.policies[index]
      const isInline = held !== undefined && held.managed === undefined
      const { kind, name } = held?.holder ?? rights.entity
      const policyName = held?.policyName ?? ''
      return [policy, isInline ? `${kind}_${name}_${policyName}` : policyName]
    }),
  )
  if (policies.boundary !== undefined) {
    ids.set(policies.boundary, rights.boundary?.policyName ?? '')
  }
  if (rights.entity.kind === 'group') {
    const principal = entityArn(rights.entity, realm)
    return { principal, principalId: undefined, policies, ids, context: new Map(placeKeys(realm)) }
  }
  const { principal, context } = subjectOf(rights, world)
  return {
    principal: principalArn(principal, realm),
    principalId: principalId(principal, realm),
    policies,
    ids,
    context: new Map([...context, ...principalKeys(principal, realm), ...placeKeys(realm)]),
  }
}
